package dev.parley.gateway.tests.startup;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/** What a load balancer and clients see of a shutdown, in order. */
@Test(groups = "startup")
public class DrainNoticeTest extends GatewayTest {

  private static final int CONNECTIONS = 200;
  private static final int OF_A_USER = 5;
  private static final int USERS = 50;
  private static final long PERIOD_MILLIS = 60_000;

  public void duringTheNoticeOnlyReadyzChanges() throws InterruptedException {
    RunningGateway own = closing(RunningGateway.start(Map.of("drain.notice", "10m")));
    WsClient before = closing(own.connect(ada));
    assertThat(readyz(own).status()).isEqualTo(200);
    Thread end = new Thread(own::end, "end-of-the-gateway");
    end.start();
    await().until(() -> readyz(own).status() == 503);
    assertThat(readyz(own).body()).contains("\"status\":\"draining\"");
    WsClient late = closing(own.connect(ada));
    before.runToEnd("t1", "what is 6*7?");
    late.runToEnd("t2", "what is 6*7?");
    assertThat(List.of(before, late))
        .noneMatch(
            each -> each.received().stream().anyMatch(frame -> frame.type().equals("goaway")));
    end.interrupt();
    for (WsClient each : List.of(before, late)) {
      each.await("goaway");
      assertThat(each.awaitClose().code()).isEqualTo(1001);
    }
    end.join(Bounds.TIMEOUT.toMillis());
    assertThat(end.isAlive()).isFalse();
  }

  public void theDrainFollowsTheNoticeByItself() {
    try (TestFolder folder = new TestFolder();
        ChildGateway child = ChildGateway.start(folder.path(), Map.of("drain.notice", "100ms"))) {
      WsClient client = WsClient.open(child.address(), child.token("ada"));
      child.terminate();
      client.await("goaway");
      assertThat(client.awaitClose().code()).isEqualTo(1001);
      assertThat(child.awaitExit()).isZero();
    }
  }

  public void eachConnectionIsToldAnotherTimeToComeBack() throws Exception {
    RunningGateway own =
        closing(RunningGateway.start(Map.of("drain.period", PERIOD_MILLIS + "ms")));
    List<Integer> all = IntStream.range(0, CONNECTIONS).boxed().toList();
    List<WsClient> clients = Parallel.map(8, all, i -> own.connect("user" + i / OF_A_USER));
    clients.forEach(this::closing);
    own.end();
    List<Long> waits =
        clients.stream()
            .map(each -> each.await("goaway").payload().path("reconnect_after_ms").asLong())
            .toList();
    assertThat(waits).allSatisfy(each -> assertThat(each).isBetween(500L, 500 + PERIOD_MILLIS));
    // Of random times in a minute, nearly all differ.
    assertThat(waits.stream().distinct().count()).isGreaterThan(CONNECTIONS - 20);
    clients.forEach(each -> assertThat(each.awaitClose().code()).isEqualTo(1001));
  }

  /** All users are in the middle of a run when the gateway is told to end, and all come back. */
  public void aRestartUnderRunsLosesAndDoublesNothing() throws Exception {
    try (TestFolder folder = new TestFolder();
        ChildGateway child = ChildGateway.start(folder.path(), Map.of())) {
      List<String> tokens =
          IntStream.range(0, USERS).mapToObj(i -> child.token("user" + i)).toList();
      List<WsClient> before =
          Parallel.map(8, tokens, token -> WsClient.open(child.address(), token));
      before.forEach(each -> each.say("t1", "count slowly to 30"));
      before.forEach(each -> each.await("agent_message"));
      child.terminate();
      for (WsClient each : before) {
        each.awaitWhere("the end of the run", Received::isTerminal);
        assertThat(each.awaitClose().code()).isEqualTo(1001);
      }
      assertThat(child.awaitExit()).isZero();
      try (ChildGateway next = child.restart(Map.of())) {
        for (int i = 0; i < USERS; i++) {
          List<String> held = before.get(i).thread("t1").canonical();
          WsClient after = before.get(i).reopen(next.address(), tokens.get(i));
          assertThat(after.resume("t1").canonical()).isEqualTo(held);
          WsClient other = WsClient.open(next.address(), tokens.get(i));
          assertThat(other.readAll("t1").canonical()).isEqualTo(held);
          other.close();
          after.close();
        }
      }
    }
  }

  private static RawClient.RawAnswer readyz(RunningGateway own) {
    try (RawClient client = RawClient.open(own.address())) {
      return client.request("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }
  }
}
