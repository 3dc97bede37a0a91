package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.tool.Toolbox;
import dev.parley.gateway.agent.tool.ToolsConfig;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.RawJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

/** A tool that says nothing for long has the time that its settings give it; or it fails. */
@Test(groups = "unit", timeOut = 60_000)
public class SilentToolTest {

  private static final Duration TIMEOUT = Duration.ofMinutes(11);
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final AgentRequest request = new TestRun("ann", "1").request();

  private CompletableFuture<AgentEvent.ToolEnded> call(
      UpstreamClients clients, ScriptedService service) {
    Problems problems = new Problems();
    Map<String, String> settings =
        Map.of("tools.look.url", service.uri().toString(), "tools.look.timeout", "11m");
    ToolsConfig config = Settings.read(ToolsConfig::read, settings, problems);
    assertThat(problems.lines()).isEmpty();
    Tool tool =
        new Toolbox(config, clients, "1.0")
            .of(List.of("look"))
            .tools(request)
            .toCompletableFuture()
            .join()
            .get(0);
    return tool.call(
        request,
        new ToolRequest("a", "look", RawJson.of("{}")),
        progress -> CompletableFuture.completedFuture(null));
  }

  public void anAnswerAfterTenMinutesOfSilenceIsTheResult() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch passed = new CountDownLatch(1);
    VirtualTime time = new VirtualTime();
    try (ScriptedService service =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  asked.countDown();
                  passed.await();
                  dialogue.send(ScriptedService.answer(200, "", "at last"));
                });
        UpstreamClients clients = new UpstreamClients(time, () -> 0.5)) {
      CompletableFuture<AgentEvent.ToolEnded> end = call(clients, service);
      asked.await();
      time.awaitTimer(TIMEOUT);
      time.pass(SILENCE);
      assertThat(end).isNotDone();
      passed.countDown();
      assertThat(end.get(20, TimeUnit.SECONDS))
          .isEqualTo(AgentEvent.ToolEnded.ok("a", RawJson.of("\"at last\"")));
    }
  }

  public void itsOwnTimeoutEndsTheCall() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    VirtualTime time = new VirtualTime();
    try (ScriptedService service =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  asked.countDown();
                  dialogue.awaitClose();
                  closed.countDown();
                });
        UpstreamClients clients = new UpstreamClients(time, () -> 0.5)) {
      CompletableFuture<AgentEvent.ToolEnded> end = call(clients, service);
      asked.await();
      time.awaitTimer(TIMEOUT);
      time.pass(TIMEOUT.minusNanos(1));
      assertThat(end).isNotDone();
      time.pass(Duration.ofNanos(1));
      assertThat(end.get(20, TimeUnit.SECONDS).error()).contains("within 660 s");
      closed.await();
    }
  }

  public void aFailedCallIsCountedAndAToolHasNoPlaces() throws Exception {
    Metrics metrics = new Metrics();
    try (ScriptedService service =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  dialogue.reset();
                });
        UpstreamClients clients = new UpstreamClients(new VirtualTime(), () -> 0.5, metrics)) {
      assertThat(call(clients, service).get(20, TimeUnit.SECONDS).error()).isNotNull();
      assertThat(metrics.count("parley_upstream_failures_total", "service", "tools.look"))
          .isEqualTo(1);
      assertThat(metrics.count("parley_upstream_requests_total", "service", "tools.look"))
          .isEqualTo(1);
      assertThat(metrics.figure("parley_upstream_places")).isZero();
    }
  }
}
