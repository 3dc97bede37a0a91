package dev.parley.gateway.tests.promises;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
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
    valueImpact = "A person who lost a connection can always reconnect: no place leaks",
    strategicImpact = "The gateway runs for months without a restart")
@Test(groups = "websocket")
public class P03ConnectionHandler extends GatewayTest {
  private static final int FULL_QUOTA = 5;
  private static final int USERS = 40;

  @Override
  protected Map<String, String> settings() {
    return Map.of("server.handshake_timeout", "1s");
  }

  /** Each round takes the full quota of every user, so a place that leaks in one fails the next. */
  public void afterThousandsOfAbruptDisconnectsTheFullQuotaIsFree() throws Exception {
    int rounds = Bounds.FULL ? 50 : 10;
    List<Integer> all = IntStream.range(0, FULL_QUOTA * USERS).boxed().toList();
    for (int round = 0; round < rounds; round++) {
      Parallel.map(
          8, Parallel.map(8, all, i -> open(ada + i % USERS)), P03ConnectionHandler::reset);
      gateway.awaitNoConnection();
    }
    Figures.report("abrupt disconnects", rounds * all.size(), "");
  }

  public void aConnectionIsCountedFromItsWelcomeToItsEnd() {
    RunningGateway own = closing(RunningGateway.start(Map.of()));
    WsClient client = closing(WsClient.openAnonymous(own.address()));
    assertThat(own.metrics().openConnections()).isZero();
    client.sendValid(Commands.authenticate(own.tokens().of(ada)));
    client.await("welcome");
    assertThat(own.metrics().openConnections()).isEqualTo(1);
    assertThat(client.ask(Commands.chat("c1", "t1", "ready")).type()).isEqualTo("accepted");
    client.close();
    own.awaitNoConnection();
  }

  public void aDrainingGatewaySendsGoawayRefusesCommandsAndCloses() throws Exception {
    RunningGateway own = closing(RunningGateway.start(Map.of("drain.timeout", "10s")));
    WsClient client = closing(own.connect(ada));
    String run = client.say("t1", "wait 1 seconds").runId();
    client.await("tool_executing");
    Thread end = new Thread(own::end, "end-of-the-gateway");
    end.start();
    assertThat(client.await("goaway").payload().path("reconnect_after_ms").isNumber()).isTrue();
    assertThat(client.ask(Commands.chat("c2", "t1", "more")).text("code")).isEqualTo("draining");
    assertThat(client.awaitEnd(run).type()).isEqualTo("agent_completed");
    assertThat(client.awaitClose().code()).isEqualTo(1001);
    end.join();
    assertThat(own.metrics().openConnections()).isZero();
  }

  /** Opens more sockets at each stage than may be open at once. */
  public void placesOfSocketsThatNeverAuthenticateAreReleased() {
    for (int round = 0; round < 15; round++) {
      List<RawClient> strangers = IntStream.range(0, 20).mapToObj(i -> rawSocket()).toList();
      strangers.forEach(each -> each.request(RawClient.upgrade()));
      strangers.forEach(RawClient::reset);
    }
    connect(ada).barrier();
  }

  public void memoryOfEventsForALostConnectionIsReleased() throws Exception {
    try (WsClient writer = connect(ada)) {
      for (int i = 0; i < 10; i++) {
        writer.ask(Commands.chat("c" + i, "t1", "x".repeat(60_000)));
      }
    }
    for (int round = 0; round < 10; round++) {
      List<RawClient> readers = IntStream.range(0, FULL_QUOTA).mapToObj(i -> open(ada)).toList();
      readers.forEach(each -> each.sendText(Commands.subscribeAll("s", "t1").toString()));
      readers.forEach(RawClient::reset);
      gateway.awaitNoConnection();
    }
    gateway.awaitFigure(0, "parley_page_bytes");
    gateway.awaitFigure(0, "parley_outbound_bytes");
  }

  public void aSilentSocketIsClosedAtTheDeadline() {
    rawSocket().awaitEndAfterAnyAnswer();
  }

  public void aRequestSentByteByByteIsClosedAtTheDeadline() {
    RawClient slow = rawSocket();
    slow.send("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    slow.dripUntilClosed('a');
  }

  public void anUpgradeWithoutATokenIsClosedWhenNoneFollows() {
    WsClient anonymous = closing(WsClient.openAnonymous(gateway.address()));
    assertThat(anonymous.awaitClose().code()).isEqualTo(4408);
  }

  public void anAuthenticatedConnectionOutlivesTheDeadline() {
    WsClient early = connect(ada);
    WsClient anonymous = closing(WsClient.openAnonymous(gateway.address()));
    anonymous.awaitClose();
    early.barrier();
  }

  public void aCloseFrameIsAnsweredAndTheConnectionNoLongerCounted() {
    RawClient client = closing(open(ada));
    client.sendFrame(0x88, new byte[] {0x03, (byte) 0xE8});
    assertThat(client.readClose()).isEqualTo(1000);
    gateway.awaitNoConnection();
  }

  public void framesAfterACloseAreIgnored() {
    RawClient client = closing(open(ada));
    client.sendFrame(0x88, new byte[] {0x03, (byte) 0xE8});
    client.sendWhileOpen(RawClient.frame(0x81, "{\"type\":\"ping\"}".getBytes(US_ASCII)));
    assertThat(client.readClose()).isEqualTo(1000);
  }

  private RawClient open(String user) {
    return RawClient.upgraded(gateway.address(), gateway.tokens().of(user));
  }

  private static boolean reset(RawClient client) {
    client.reset();
    return true;
  }
}
