package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawFrame;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.Test;

/** {@code faults.KillNineTest} covers a killed process. */
@BusinessValue(
    segment = "everyone",
    goal = "Reliability",
    valueImpact =
        "Every message is kept, and a slow phone gets all of them without slowing a laptop",
    strategicImpact = "Memory stays bounded however slow readers are: the log is the buffer")
@Test(groups = "error_recovery")
public class P13MessageBuffer extends GatewayTest {
  private static final int MESSAGES = 120;
  private static final int SIZE = 60_000;
  private static final int RECEIVE_BUFFER = 64 * 1024;

  /**
   * Upper bound of the bytes queued for two sockets of a user: a small part of the bytes written.
   */
  private static final long MAX_HELD = 512 * 1024;

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.burst", "100000",
        "limits.commands_per_minute", "1000000",
        "limits.frames_burst", "100000",
        "limits.bytes_per_second", "64MiB");
  }

  public void messagesSentWithoutReadersAreKeptForLaterReaders() {
    try (WsClient writer = connect(ada)) {
      for (int i = 0; i < 100; i++) {
        writer.ask(Commands.chat("c" + i, "t1", "line " + i));
      }
    }
    WsClient reader = connect(ada);
    assertThat(reader.readAll("t1").events()).hasSize(100);
    assertThat(reader.thread("t1").events().get(99).text("content")).isEqualTo("line 99");
  }

  public void aReaderThatJoinsDuringARunGetsEveryEvent() {
    WsClient writer = connect(ada);
    String run = writer.say("t1", "count slowly to 200").runId();
    for (int i = 0; i < 3; i++) {
      writer.await("agent_message");
      connect(ada).readAll("t1");
    }
    WsClient last = connect(ada);
    last.readAll("t1");
    last.awaitEnd(run);
    writer.awaitEnd(run);
    assertThat(last.thread("t1").canonical()).isEqualTo(writer.thread("t1").canonical());
  }

  public void aStalledReaderDelaysNobodyAndLosesNothing() {
    RawClient stalled = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    stalled.sendText(Commands.subscribeAll("s1", "t1").toString());
    WsClient writer = connect(ada);
    for (int i = 0; i < MESSAGES; i++) {
      writer.sendValid(Commands.chat("c" + i, "t1", i + "x".repeat(SIZE)));
    }
    writer.awaitWhere("the last line", frame -> frame.isEvent() && frame.seq() == MESSAGES);
    assertThat(writer.thread("t1").cursor()).isEqualTo(MESSAGES);
    assertContiguous(stalled);
  }

  private static void assertContiguous(RawClient stalled) {
    long seq = 0;
    while (seq < MESSAGES) {
      seq = follow(stalled.readFrame(), seq);
    }
  }

  public void aReaderThatReadsNothingIsClosedAndResumesAtItsCursor() {
    RunningGateway strict = closing(RunningGateway.start(withShortStallTimeout()));
    WsClient writer = closing(strict.connect(ada));
    RawClient stalled =
        closing(RawClient.upgraded(strict.address(), strict.tokens().of(ada), RECEIVE_BUFFER));
    stalled.sendText(Commands.subscribeAll("s1", "t1").toString());
    for (int i = 0; i < MESSAGES; i++) {
      writer.ask(Commands.chat("c" + i, "t1", i + "x".repeat(SIZE)));
    }
    writer.runToEnd("t2", "count slowly to 50");
    assertThat(writer.thread("t1").cursor()).isEqualTo(MESSAGES);
    strict.awaitCount(1, "parley_connections_closed_total", "reason", "not_reading");
    assertThat(strict.metrics().figure("parley_outbound_highest_bytes")).isLessThan(MAX_HELD);
    long last = lastBeforeEnd(stalled);
    WsClient back = closing(strict.connect(ada));
    back.sendValid(Commands.subscribe("s2", "t1", last, writer.thread("t1").epoch()));
    back.await("caught_up");
    assertThat(back.thread("t1").events()).hasSize(MESSAGES - (int) last);
  }

  public void anEventStreamThatReadsNothingIsClosedToo() {
    RunningGateway strict = closing(RunningGateway.start(withShortStallTimeout()));
    RawClient stalled = closing(RawClient.open(strict.address(), RECEIVE_BUFFER));
    String request =
        "GET /v1/threads/t1/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Accept: text/event-stream\r\nAuthorization: Bearer ";
    String token = strict.tokens().of(ada);
    assertThat(stalled.request(request + token + "\r\n\r\n").status()).isEqualTo(200);
    WsClient writer = closing(strict.connect(ada));
    for (int i = 0; i < MESSAGES; i++) {
      writer.ask(Commands.chat("c" + i, "t1", i + "x".repeat(SIZE)));
    }
    strict.awaitCount(1, "parley_connections_closed_total", "reason", "not_reading");
    writer.barrier();
  }

  private Map<String, String> withShortStallTimeout() {
    Map<String, String> settings = new HashMap<>(settings());
    settings.put("server.stall_timeout", "1s");
    settings.put("alerts.slow_socket_age", "500ms");
    return settings;
  }

  /** The last complete event. The Close frame comes after all unread events. */
  private static long lastBeforeEnd(RawClient stalled) {
    long seq = 0;
    for (RawFrame frame : stalled.readToEnd()) {
      assertThat(frame.opcode() == 8 ? frame.closeCode() : 1013).isEqualTo(1013);
      seq = follow(frame, seq);
    }
    return seq;
  }

  /**
   * Returns the seq of the event in this frame, which must be the next one; {@code last} if the
   * frame is no event.
   */
  private static long follow(RawFrame frame, long last) {
    Received received = new Received(Json.parse(frame.opcode() == 1 ? frame.text() : "{}"));
    assertThat(received.isEvent() ? received.seq() : last + 1).isEqualTo(last + 1);
    return received.isEvent() ? last + 1 : last;
  }

  public void mergedDeltasOfAnAnswerJoinToTheSameText() {
    WsClient writer = connect(ada);
    String text = writer.awaitEnd(writer.say("t1", "count slowly to 100").runId()).text("text");
    StringBuilder joined = new StringBuilder();
    connect(ada).readAll("t1").events().forEach(event -> joined.append(event.text("delta")));
    assertThat(joined.toString()).isEqualTo(text);
  }
}
