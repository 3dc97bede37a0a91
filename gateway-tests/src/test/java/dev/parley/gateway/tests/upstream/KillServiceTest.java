package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The gateway is killed or ended while a service streams: each run ends once. */
@Test(groups = "error_recovery")
public class KillServiceTest {
  private static final String KEY = "key-of-the-tests-91";
  private static final String TEXT = "so far ";

  @DataProvider
  public Object[] dialects() {
    return ServiceDialect.values();
  }

  @Test(dataProvider = "dialects")
  public void afterAKillTheRunEndsAsRestartedAndKeepsItsText(ServiceDialect dialect) {
    Received end = endAfter(dialect, ChildGateway::kill);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).isEqualTo("gateway_restarted");
    assertThat(end.text("partial_text")).isEqualTo(TEXT);
  }

  @Test(dataProvider = "dialects")
  public void atAShutdownTheRunIsCancelledAndKeepsItsText(ServiceDialect dialect) {
    Received end =
        endAfter(
            dialect,
            gateway -> {
              gateway.terminate();
              gateway.awaitExit();
            });
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.text("by")).isEqualTo("shutdown");
    assertThat(end.text("partial_text")).isEqualTo(TEXT);
  }

  /** The end of a run in whose middle the gateway ended in this way. */
  private static Received endAfter(ServiceDialect dialect, Consumer<ChildGateway> ending) {
    Map<String, String> settings = new HashMap<>();
    settings.put("drain.timeout", "0ms");
    try (TestFolder folder = new TestFolder();
        ScriptedService service = ScriptedService.of(dialogue -> hold(dialogue, dialect))) {
      ServiceAgents.put(settings, dialect, "model", service, KEY);
      try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
        String token = first.token("ada");
        WsClient before = WsClient.open(first.address(), token);
        String run = before.ask(Commands.startAgent("c1", "t1", "model", "hello")).runId();
        before.await("agent_message");
        ending.accept(first);
        before.cut();
        try (ChildGateway next = first.restart(settings)) {
          Received end = onlyEnd(next, token, run);
          assertThat(service.dialogues()).as("requests").hasSize(1);
          next.kill();
          assertThat(first.output() + next.output()).doesNotContain(KEY);
          return end;
        }
      }
    }
  }

  private static Received onlyEnd(ChildGateway gateway, String token, String run) {
    try (WsClient after = WsClient.open(gateway.address(), token)) {
      ThreadReader reader = after.readAll("t1");
      after.awaitEnd(run);
      after.barrier();
      List<Received> ends = reader.eventsOf(run).stream().filter(Received::isTerminal).toList();
      assertThat(ends).hasSize(1);
      assertThat(reader.openRuns()).isZero();
      return ends.get(0);
    }
  }

  private static void hold(Dialogue dialogue, ServiceDialect dialect) throws Exception {
    dialogue.readRequest();
    dialogue.beginStream();
    dialogue.chunk(dialect.begin());
    dialogue.chunk(dialect.text(TEXT));
    dialogue.awaitClose();
  }
}
