package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
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

/** A service works in the background: its answer outlives connections and the gateway. */
@Test(groups = "error_recovery")
public class BackgroundAnswerTest {

  private static final String POST = "POST /v1/responses";
  private static final String JOIN = "GET /v1/responses/resp_1?stream=true&starting_after=";

  @FunctionalInterface
  private interface Story {
    void tell(ChildGateway gateway, WsClient client, String run);
  }

  private static void tell(KeptAnswer service, Map<String, String> more, Story story) {
    Map<String, String> settings = new HashMap<>(service.settings());
    settings.putAll(more);
    try (TestFolder folder = new TestFolder();
        ChildGateway gateway = ChildGateway.start(folder.path(), settings);
        WsClient client = WsClient.open(gateway.address(), gateway.token("ada"))) {
      String run = client.ask(Commands.startAgent("c1", "t1", "model", "hello")).runId();
      client.await("agent_message");
      story.tell(gateway, client, run);
      gateway.kill();
      assertThat(gateway.output()).doesNotContain(KeptAnswer.KEY);
    }
  }

  private static void assertWholeOnce(List<Received> run) {
    assertThat(run.stream().filter(Received::isTerminal)).hasSize(1);
    Received end = run.get(run.size() - 1);
    assertThat(end.type()).as(end.toString()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo(KeptAnswer.text());
    StringBuilder pieces = new StringBuilder();
    run.stream()
        .filter(event -> event.type().equals("agent_message"))
        .forEach(event -> pieces.append(event.text("delta")));
    assertThat(pieces).hasToString(KeptAnswer.text());
  }

  public void aLostStreamIsJoinedAgain() {
    try (KeptAnswer service = new KeptAnswer(Dialogue::reset, 200)) {
      service.release();
      tell(
          service,
          Map.of(),
          (gateway, client, run) -> {
            client.awaitEnd(run);
            assertWholeOnce(client.thread("t1").eventsOf(run));
            assertThat(service.requests).hasSize(2);
            assertThat(service.requests.get(0)).isEqualTo(POST);
            assertThat(service.requests.get(1)).startsWith(JOIN);
          });
    }
  }

  /** How the gateway ends. */
  @DataProvider
  public Object[][] endings() {
    Consumer<ChildGateway> kill = ChildGateway::kill;
    Consumer<ChildGateway> terminate =
        gateway -> {
          gateway.terminate();
          gateway.awaitExit();
        };
    return new Object[][] {{"kill -9", kill}, {"SIGTERM", terminate}};
  }

  @Test(dataProvider = "endings")
  public void afterARestartTheRunGoesOn(String name, Consumer<ChildGateway> ending) {
    Map<String, String> settings = Map.of("drain.timeout", "0ms");
    try (KeptAnswer service = new KeptAnswer(Dialogue::awaitClose, 200)) {
      tell(
          service,
          settings,
          (first, before, run) -> {
            String token = first.token("ada");
            ending.accept(first);
            before.cut();
            Map<String, String> all = new HashMap<>(service.settings());
            all.putAll(settings);
            try (ChildGateway next = first.restart(all);
                WsClient after = WsClient.open(next.address(), token)) {
              await()
                  .until(() -> service.requests.stream().anyMatch(each -> each.startsWith(JOIN)));
              ThreadReader reader = after.readAll("t1");
              service.release();
              after.awaitEnd(run);
              after.barrier();
              assertWholeOnce(reader.eventsOf(run));
              assertThat(reader.openRuns()).isZero();
              assertThat(service.requests).filteredOn(POST::equals).hasSize(1);
              assertThat(service.requests).noneMatch(each -> each.endsWith("/cancel"));
            }
          });
    }
  }

  /** The status of the service's answer, and whether it confirms the cancel. */
  @DataProvider
  public Object[][] cancels() {
    return new Object[][] {{200, true}, {404, false}, {500, false}};
  }

  @Test(dataProvider = "cancels")
  public void aCancelIsConfirmedAsTheServiceSays(int status, boolean isConfirmed) {
    try (KeptAnswer service = new KeptAnswer(Dialogue::awaitClose, status)) {
      tell(
          service,
          Map.of(),
          (gateway, client, run) -> {
            client.ask(Commands.cancelRun("x1", run));
            Received end = client.awaitEnd(run);
            assertThat(end.type()).isEqualTo("agent_cancelled");
            assertThat(end.payload().path("upstream_confirmed").asBoolean()).isEqualTo(isConfirmed);
            assertThat(service.requests).containsExactly(POST, "POST /v1/responses/resp_1/cancel");
          });
    }
  }
}
