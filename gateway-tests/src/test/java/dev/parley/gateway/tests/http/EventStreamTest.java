package dev.parley.gateway.tests.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The live event stream of a thread, for clients without a WebSocket. */
@Test(groups = {"websocket", "error_recovery"})
public class EventStreamTest extends GatewayTest {
  private static final int CUTS = 20;

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.burst", "100");
  }

  private StreamClient stream(String user, String thread, String query, String... headers) {
    String token = gateway.tokens().of(user);
    return closing(StreamClient.open(gateway.address(), token, thread, query, headers));
  }

  public void aStreamAndAConnectionGetTheSameEvents() {
    WsClient socket = connect(ada);
    socket.readAll("t1");
    StreamClient live = stream(ada, "t1", "?after=0");
    live.await("caught_up");
    String run = socket.say("t1", "what is 6*7? and count slowly to 20").runId();
    socket.awaitEnd(run);
    live.awaitEnd(run);
    assertSame(live.thread("t1"), socket.thread("t1"));
    StreamClient late = stream(ada, "t1", "?after=0");
    late.await("caught_up");
    assertSame(late.thread("t1"), socket.thread("t1"));
  }

  public void aStreamAndARollupReaderCutAtAnyByteGetTheSameThread() {
    FaultyNetwork network = closing(FaultyNetwork.to(gateway.address()));
    String token = gateway.tokens().of(ada);
    WsClient calm = connect(ada);
    Random random = new Random(6);
    for (int cut = 0; cut < CUTS; cut++) {
      String thread = "t" + cut;
      WsClient socket = WsClient.open(network.address(), token);
      readWithRollup(socket, thread, 0);
      StreamClient stream = StreamClient.open(network.address(), token, thread, "?after=0");
      stream.await("caught_up");
      network.breakAfter(random.nextInt(5_000));
      calm.awaitEnd(calm.say(thread, "count slowly to 12").runId());
      network.breakAll(); // If it is not broken yet.
      socket.cut();
      ThreadReader streamed = resume(stream, thread);
      assertSame(streamed, resume(socket, thread));
      assertSame(streamed, calm.thread(thread));
    }
  }

  private static void readWithRollup(WsClient socket, String thread, long after) {
    String epoch = socket.thread(thread).epoch();
    ObjectNode subscribe = Commands.subscribe("s", thread, after, epoch);
    ((ObjectNode) subscribe.path("payload")).put("rollup_ms", 20);
    socket.sendValid(subscribe);
    socket.await("caught_up", thread);
  }

  private ThreadReader resume(WsClient cut, String thread) {
    WsClient socket = closing(cut.reopen(gateway.tokens().of(ada)));
    readWithRollup(socket, thread, socket.thread(thread).cursor());
    socket.close();
    return socket.thread(thread);
  }

  private ThreadReader resume(StreamClient cut, String thread) {
    cut.awaitClose();
    try (StreamClient stream = cut.reopen(gateway.address(), gateway.tokens().of(ada), thread)) {
      stream.await("caught_up");
      return stream.thread(thread);
    }
  }

  private static void assertSame(ThreadReader stream, ThreadReader socket) {
    assertThat(stream.canonical()).isEqualTo(socket.canonical()).isNotEmpty();
    assertThat(stream.epoch()).isEqualTo(socket.epoch());
    assertThat(stream.cursor()).isEqualTo(socket.cursor());
  }

  public void itsHeadersDisableCachesAndProxyBuffering() {
    StreamClient stream = stream(ada, "t1", "");
    assertThat(stream.header("content-type")).isEqualTo("text/event-stream");
    assertThat(stream.header("cache-control")).isEqualTo("no-store, no-transform");
    assertThat(stream.header("x-accel-buffering")).isEqualTo("no");
    assertThat(stream.await("subscribed").payload().path("head").asLong()).isZero();
    assertThat(stream.received().get(0).type()).isEqualTo("subscribed");
  }

  public void itResumesAfterTheLastEventId() {
    WsClient socket = connect(ada);
    socket.runToEnd("t1", "what is 6*7?");
    StreamClient first = stream(ada, "t1", "?after=0");
    first.await("caught_up");
    String id = first.ids().get(2);
    long seq = Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
    StreamClient second = stream(ada, "t1", "?after=0", "Last-Event-ID", id);
    second.await("caught_up");
    List<Received> events = second.thread("t1").events();
    assertThat(events.get(0).firstSeq()).isEqualTo(seq + 1);
    assertThat(second.thread("t1").cursor()).isEqualTo(first.thread("t1").cursor());
  }

  @DataProvider
  public Object[] emptyIds() {
    return new Object[] {"", " "};
  }

  @Test(dataProvider = "emptyIds")
  public void anEmptyLastEventIdIsIgnored(String id) {
    connect(ada).runToEnd("t1", "what is 6*7?");
    StreamClient fromQuery = stream(ada, "t1", "?after=0", "Last-Event-ID", id);
    fromQuery.await("caught_up");
    assertThat(fromQuery.thread("t1").events().get(0).seq()).isEqualTo(1);
    StreamClient fromNow = stream(ada, "t1", "", "Last-Event-ID", id);
    fromNow.await("caught_up");
    assertThat(fromNow.thread("t1").events()).isEmpty();
  }

  public void aLastEventIdOfAnotherEpochGetsAGap() {
    WsClient socket = connect(ada);
    socket.runToEnd("t1", "what is 6*7?");
    StreamClient stream = stream(ada, "t1", "", "Last-Event-ID", "another-epoch-3");
    assertThat(stream.await("gap").text("reason")).isEqualTo("epoch_changed");
    stream.await("caught_up");
    assertThat(stream.thread("t1").cursor()).isEqualTo(socket.thread("t1").cursor());
  }

  public void aStreamOfADeletedThreadContinuesInItsNewEpoch() {
    http(ada).command(Commands.chat("c1", "t1", "old"));
    StreamClient stream = stream(ada, "t1", "?after=0");
    stream.await("caught_up");
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    assertThat(stream.await("gap").text("reason")).isEqualTo("epoch_changed");
    http(ada).command(Commands.chat("c2", "t1", "new"));
    Received event = stream.await("message_added");
    assertThat(stream.await("message_added").seq()).isEqualTo(1);
    assertThat(event.text("content")).isEqualTo("old");
  }

  public void lineBreaksBetweenValuesDoNotBreakAMessage() {
    String frame = Commands.chat("c1", "t1", "x").toString();
    String parts = "[\n\r\n{\"type\":\n\"text\",\r\"text\":\"two\\nlines\"}\n]";
    http(ada).command(frame.replace("\"x\"", parts));
    StreamClient stream = stream(ada, "t1", "?after=0");
    Received added = stream.await("message_added");
    assertThat(added.payload().at("/content/0/text").asText()).isEqualTo("two\nlines");
  }

  public void aStreamCountsAsAConnectionAndReleasesItsPlace() {
    for (int i = 0; i < 5; i++) {
      stream(ada, "t1", "");
    }
    assertThatThrownBy(() -> stream(ada, "t1", "")).hasMessageContaining("429");
    assertThat(http(ada).get("/v1/session").status()).isEqualTo(429);
    closeClients();
    gateway.awaitNoConnection();
    stream(ada, "t1", "").await("subscribed");
  }

  public void itIsClosedWhenItsTokenExpires() {
    String token = gateway.tokens().expiringAt(ada, Instant.now().minusSeconds(3));
    StreamClient stream = closing(StreamClient.open(gateway.address(), token, "t1", ""));
    stream.await("token_expiring");
    assertThat(stream.awaitClose().code()).isEqualTo(4401);
  }

  public void theSameThreadNameOfAnotherUserIsAnotherThread() {
    WsClient owner = connect(ada);
    StreamClient foreign = stream(bob, "t1", "?after=0");
    foreign.await("caught_up");
    owner.runToEnd("t1", "what is 6*7?");
    http(bob).command(Commands.chat("c1", "t1", "mine"));
    assertThat(foreign.await("message_added").text("content")).isEqualTo("mine");
    assertThat(foreign.thread("t1").events()).hasSize(1);
  }

  @DataProvider
  public Object[] noIds() {
    return new Object[] {"7", "-7", "e1-", "e1-x", "e1--7x", "e 1-7"};
  }

  @Test(dataProvider = "noIds")
  public void anInvalidLastEventIdIsRefused(String id) {
    assertThatThrownBy(() -> stream(ada, "t1", "", "Last-Event-ID", id))
        .hasMessageContaining("400")
        .hasMessageContaining("last-event-id");
  }

  private String request(String thread) {
    return "GET /v1/threads/"
        + thread
        + "/events?after=0 HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n"
        + "Authorization: Bearer "
        + gateway.tokens().of(ada)
        + "\r\n\r\n";
  }

  public void aStalledStreamDelaysNobody() {
    RawClient stalled = closing(RawClient.open(gateway.address(), 4096));
    assertThat(stalled.request(request("t1")).status()).isEqualTo(200);
    WsClient socket = connect(ada);
    StreamClient live = stream(ada, "t1", "?after=0");
    String large = "x".repeat(60_000);
    for (int i = 0; i < 9; i++) {
      socket.ask(Commands.chat("c" + i, "t1", large + i));
    }
    String run = socket.say("t1", "what is 6*7?").runId();
    assertThat(socket.awaitEnd(run).text("text")).contains("42");
    assertThat(live.awaitEnd(run).text("text")).contains("42");
  }

  public void aRequestOnTheSocketOfAStreamEndsTheConnection() {
    RawClient socket = rawSocket();
    String request = request("t1");
    assertThat(socket.request(request).status()).isEqualTo(200);
    socket.sendWhileOpen(request.getBytes(US_ASCII));
    gateway.awaitNoConnection();
  }
}
