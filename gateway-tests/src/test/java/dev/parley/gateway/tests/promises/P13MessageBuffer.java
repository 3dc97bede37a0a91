package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import org.testng.annotations.Test;

/** What a kill leaves is shown by {@code faults.KillNineTest}. */
@BusinessValue(
    segment = "everyone",
    goal = "Reliability",
    valueImpact = "What was said is kept, and a slow phone gets all of it without slowing a laptop",
    strategicImpact = "Memory is bounded whatever readers do: the log is the buffer")
@Test(groups = "error_recovery")
public class P13MessageBuffer extends GatewayTest {
  private static final int MESSAGES = 120;
  private static final int SIZE = 60_000;

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.burst", "100000",
        "limits.commands_per_minute", "1000000",
        "limits.bytes_per_second", "64MiB");
  }

  public void whatWasSaidWhileNobodyListenedIsThereForWhoComesLater() {
    try (WsClient writer = connect(ada)) {
      for (int i = 0; i < 100; i++) {
        writer.ask(Commands.chat("c" + i, "t1", "line " + i));
      }
    }
    WsClient reader = connect(ada);
    assertThat(reader.readAll("t1").events()).hasSize(100);
    assertThat(reader.thread("t1").events().get(99).text("content")).isEqualTo("line 99");
  }

  public void aReaderThatJoinsInMidRunGetsTheBeginningAndTheRestWithoutASeam() {
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

  public void aReaderThatDoesNotReadHoldsUpNobodyAndLosesNothing() {
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
      Received frame = new Received(Json.parse(stalled.readFrame().text()));
      if (frame.isEvent()) {
        assertThat(frame.seq()).isEqualTo(++seq);
      }
    }
  }

  public void adjacentPiecesOfAnAnswerMayBeReadAsOneAndSayTheSame() {
    WsClient writer = connect(ada);
    String text = writer.awaitEnd(writer.say("t1", "count slowly to 100").runId()).text("text");
    StringBuilder joined = new StringBuilder();
    connect(ada).readAll("t1").events().forEach(event -> joined.append(event.text("delta")));
    assertThat(joined.toString()).isEqualTo(text);
  }
}
