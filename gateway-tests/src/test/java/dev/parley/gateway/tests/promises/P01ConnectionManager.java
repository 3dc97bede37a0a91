package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Retention",
    valueImpact =
        "Every tab and device of a person stays connected, and no dead connection is counted",
    strategicImpact = "A machine serves as many people as it has capacity for and refuses the rest")
@Test(groups = {"websocket", "performance"})
public class P01ConnectionManager extends GatewayTest {
  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.unauthenticated_per_address", "2000");
  }

  public void aThousandConnectionsOfTwoHundredUsersAreCountedExactly() throws Exception {
    long begin = System.nanoTime();
    List<RawClient> clients =
        Parallel.map(16, IntStream.range(0, 1000).boxed().toList(), i -> raw(ada + i % 200));
    Figures.report("connections opened", 1000 / seconds(begin), "/s");
    assertThat(gateway.metrics().openConnections()).isEqualTo(1000);
    assertThat(gateway.metrics().liveContexts()).isEqualTo(200);
    Parallel.map(16, clients, P01ConnectionManager::closed);
    gateway.awaitNoConnection();
  }

  public void theSixthConnectionOfAUserIsRefusedUntilOneOfTheFiveIsGone() {
    List<WsClient> five = IntStream.range(0, 5).mapToObj(i -> connect(ada)).toList();
    RawClient.RawAnswer refused = handshake(ada);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
    assertThat(refused.body()).contains("\"code\":\"quota_exceeded\"");
    five.get(2).close();
    gateway.awaitConnections(4);
    assertThat(handshake(ada).status()).isEqualTo(101);
  }

  public void aUserAtTheConnectionLimitDoesNotAffectAnother() {
    IntStream.range(0, 5).forEach(i -> connect(ada));
    assertThat(handshake(ada).status()).isEqualTo(429);
    assertThat(handshake(bob).status()).isEqualTo(101);
  }

  public void aSocketThatAnswersNoPingIsClosedAndNoLongerCounted() {
    RunningGateway quick = beating();
    RawClient silent = closing(RawClient.upgraded(quick.address(), quick.tokens().of(ada)));
    assertThat(silent.readClose()).isEqualTo(4408);
    quick.awaitNoConnection();
  }

  public void aSocketThatAnswersPingsStaysThroughManyHeartbeats() {
    WsClient client = closing(beating().connect(ada));
    for (int beat = 0; beat < 6; beat++) {
      client.await("heartbeat");
    }
    client.barrier();
  }

  public void aHeartbeatNamesTheThreadsWhoseCursorMoved() {
    WsClient client = closing(beating().connect(ada));
    client.runToEnd("t1", "count slowly to 3");
    long head = client.thread("t1").cursor();
    client.awaitWhere(
        "heartbeat with t1 at " + head,
        frame -> frame.payload().path("heads").path("t1").asLong() == head);
  }

  private RunningGateway beating() {
    return closing(RunningGateway.start(Map.of("server.heartbeat", "200ms")));
  }

  private RawClient.RawAnswer handshake(String user) {
    return rawSocket()
        .request(RawClient.upgrade("Authorization: Bearer " + gateway.tokens().of(user)));
  }

  private RawClient raw(String user) {
    return RawClient.upgraded(gateway.address(), gateway.tokens().of(user));
  }

  private static boolean closed(RawClient client) {
    client.close();
    return true;
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
