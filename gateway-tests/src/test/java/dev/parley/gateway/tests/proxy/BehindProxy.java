package dev.parley.gateway.tests.proxy;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.browser.NodeProgram;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.support.WsClient.TokenBy;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tests that must pass behind every documented proxy, with its default timeouts. */
@Test(groups = {"websocket", "error_recovery", "external"})
abstract class BehindProxy extends GatewayTest {
  private static final int NUMBERS = 60;
  private static final int BEATS = 6; // Two minutes at the default of 20 s.

  /** Makes a token too long for a header of these proxies and short enough for a first frame. */
  private static final int PADDING = 11_700;

  private Proxy proxy;

  /**
   * Starts the proxy in front of this gateway with this timeout; zero keeps its default timeouts.
   */
  abstract Proxy start(URI gateway, Duration timeout);

  /** The proxy's default timeout, after which it closes an idle connection. */
  abstract Duration timeout();

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "10ms", "server.trusted_proxies", "127.0.0.1");
  }

  @BeforeClass(alwaysRun = true)
  void startProxy() {
    proxy = start(gateway.address(), Duration.ZERO);
    await().until(() -> status(proxy.address(), "/readyz") == 200);
  }

  @AfterClass(alwaysRun = true)
  void stopProxy() {
    proxy.close();
  }

  static int status(URI address, String path) throws IOException {
    HttpURLConnection get = (HttpURLConnection) address.resolve(path).toURL().openConnection();
    return get.getResponseCode();
  }

  private WsClient connectThrough(String user) {
    return closing(WsClient.open(proxy.address(), gateway.tokens().of(user)));
  }

  private StreamClient streamThrough(String user, String thread) {
    String token = gateway.tokens().of(user);
    return closing(StreamClient.open(proxy.address(), token, thread, "?after=0"));
  }

  public void aConnectionAndAStreamGetTheEventsOfADirectConnection() {
    WsClient direct = connect(ada);
    direct.readAll("t1");
    WsClient socket = connectThrough(ada);
    StreamClient stream = streamThrough(ada, "t1");
    stream.await("caught_up");
    String run = socket.say("t1", "count slowly to 20").runId();
    direct.awaitEnd(run);
    stream.awaitEnd(run);
    List<String> seen = direct.thread("t1").canonical();
    assertThat(socket.readAll("t1").canonical()).isEqualTo(seen);
    assertThat(stream.thread("t1").canonical()).isEqualTo(seen);
  }

  public void aLostConnectionResumesAtItsCursor() {
    WsClient calm = connect(ada);
    WsClient lost = connectThrough(ada);
    lost.cutAfter(frame -> frame.isEvent() && frame.seq() > 5);
    String run = calm.say("t1", "count slowly to 20").runId();
    lost.readAll("t1");
    calm.awaitEnd(run);
    calm.readAll("t1");
    lost.cut();
    WsClient back = closing(lost.reopen(proxy.address(), gateway.tokens().of(ada)));
    assertThat(back.resume("t1").canonical()).isEqualTo(calm.thread("t1").canonical());
  }

  public void callsPassOneAfterTheOther() {
    HttpCaller calls = new HttpCaller(proxy.address(), gateway.tokens().of(ada));
    for (int i = 0; i < 50; i++) {
      assertThat(calls.get("/v1/session").status()).isEqualTo(200);
    }
    assertThat(new HttpCaller(proxy.address(), "forged").command("{}").status()).isEqualTo(401);
    assertThat(calls.get("/v1/threads").status()).isEqualTo(200);
  }

  public void aTokenTooLongForAHeaderIsSentInTheFirstFrame() {
    String token = longToken();
    assertThatThrownBy(() -> WsClient.open(proxy.address(), token))
        .hasMessageContaining("WebSocketHandshakeException");
    WsClient socket = closing(WsClient.open(proxy.address(), token, TokenBy.FIRST_FRAME));
    assertThat(socket.runToEnd("t1", "what is 6*7?")).isNotEmpty();
  }

  final String longToken() {
    return gateway.tokens().signed(gateway.tokens().claims(ada).put("x", "x".repeat(PADDING)));
  }

  /** Without {@link Bounds#FULL}, heartbeat and timeout are shortened by the same factor. */
  public void aConnectionIdleForTwoMinutesStaysOpen() {
    Duration beat = Bounds.FULL ? Duration.ofSeconds(20) : Duration.ofSeconds(1);
    Duration timeout = Bounds.FULL ? Duration.ZERO : timeout().dividedBy(20);
    Map<String, String> settings = new HashMap<>(settings());
    settings.put("server.heartbeat", beat.toSeconds() + "s");
    try (RunningGateway slow = RunningGateway.start(settings);
        Proxy hasty = start(slow.address(), timeout);
        WsClient socket = WsClient.open(hasty.address(), slow.tokens().of(ada));
        StreamClient stream =
            StreamClient.open(hasty.address(), slow.tokens().of(ada), "t1", "?after=0")) {
      socket.readAll("t1");
      awaitBeats(socket, stream, beat);
      String run = socket.say("t1", "what is 6*7?").runId();
      socket.awaitEnd(run);
      stream.awaitEnd(run);
      assertThat(stream.thread("t1").canonical()).isEqualTo(socket.thread("t1").canonical());
    }
  }

  private static void awaitBeats(WsClient socket, StreamClient stream, Duration beat) {
    await()
        .atMost(beat.multipliedBy(BEATS).plus(Bounds.TIMEOUT))
        .until(() -> beats(socket.received()) >= BEATS && beats(stream.received()) >= BEATS);
  }

  private static long beats(List<Received> frames) {
    return frames.stream().filter(frame -> frame.type().equals("heartbeat")).count();
  }

  @DataProvider
  public Object[][] ways() {
    return new Object[][] {{"websocket"}, {"http"}};
  }

  @Test(dataProvider = "ways")
  public void theClientLibraryLosesNothingWhenItsConnectionsBreak(String via) {
    try (FaultyNetwork network = FaultyNetwork.to(proxy.address());
        NodeProgram client = client(network.address(), gateway.tokens().of(ada), via)) {
      for (int times = 0; times < 2; times++) {
        client.await(line -> line.path("type").asText().equals("agent_message"));
        network.breakAll();
        client.await("waiting");
      }
      assertThatAllIsThere(client);
    }
  }

  public void theClientLibraryFallsBackForATokenTooLongForAHeader() {
    try (NodeProgram client = client(proxy.address(), longToken(), "websocket")) {
      assertThat(client.await("open").path("via").asText()).isEqualTo("websocket");
      assertThatAllIsThere(client);
    }
  }

  static NodeProgram client(URI address, String token, String via) {
    Map<String, String> environment =
        Map.of(
            "PARLEY_URL",
            "ws://" + address.getAuthority() + "/ws",
            "PARLEY_TOKEN",
            token,
            "PARLEY_VIA",
            via,
            "PARLEY_QUESTION",
            "count slowly to " + NUMBERS);
    return NodeProgram.start(environment, "network-client.mjs");
  }

  private static void assertThatAllIsThere(NodeProgram client) {
    String numbers =
        String.join(" ", IntStream.rangeClosed(1, NUMBERS).mapToObj(Integer::toString).toList());
    assertThat(client.await("end").path("text").asText()).contains(numbers);
    int expected = 1;
    for (JsonNode line : client.lines()) {
      if (line.path("name").asText().equals("event")) {
        assertThat(line.path("seq_from").asInt()).isEqualTo(expected);
        expected = line.path("seq").asInt() + 1;
      }
    }
  }
}
