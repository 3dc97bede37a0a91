package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Deltas.Delta;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ThreadId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.testng.annotations.Test;

/** Merged deltas are encoded like one delta that was written in one piece. */
@Test(groups = "unit")
public class DeltaCodecTest {

  private static final Instant EARLY = Instant.parse("2026-11-23T10:00:00.123Z");
  private static final Instant LATE = Instant.parse("2026-11-23T10:00:01Z");
  private static final String ODD = "\"\\\u0001\u2028\uD83D\uDE00</é";

  private final DeltaCodec codec = new DeltaCodec();

  public void piecesOfAMessageFollowOneAnother() {
    Delta first = read(message("m_1", 7, ODD), "r_1");
    assertThat(first.offset()).isEqualTo(7);
    assertThat(first.piece()).isEqualTo(ODD);
    long next = 7L + ODD.length();
    assertThat(first.isFollowedBy(read(message("m_1", next, "x"), "r_1"))).isTrue();
    assertThat(first.isFollowedBy(read(message("m_1", next + 1, "x"), "r_1"))).isFalse();
    assertThat(first.isFollowedBy(read(message("m_2", next, "x"), "r_1"))).isFalse();
    assertThat(first.isFollowedBy(read(message("m_1", next, "x"), "r_2"))).isFalse();
    assertThat(first.isFollowedBy(read(thought(next, "x"), "r_1"))).isFalse();
  }

  public void aThoughtOfASubagentIsMergedWithItsOwnOnly() {
    Subagent one = new Subagent("1", "phase\":\"step");
    byte[] last = body(thoughtOf(one, 1, "b"), "r_1", LATE);
    assertThat(codec.isTextDelta(EventType.AGENT_THINKING, last)).isTrue();
    assertThat(codec.with(EventType.AGENT_THINKING, last, 0, "ab"))
        .isEqualTo(body(thoughtOf(one, 0, "ab"), "r_1", LATE));
    Delta first = read(thoughtOf(one, 0, "a"), "r_1");
    assertThat(first.isFollowedBy(read(thoughtOf(one, 1, "b"), "r_1"))).isTrue();
    assertThat(first.isFollowedBy(read(thought(1, "b"), "r_1"))).isFalse();
    Delta other = read(thoughtOf(new Subagent("2", one.name()), 1, "b"), "r_1");
    assertThat(first.isFollowedBy(other)).isFalse();
  }

  private static ServerEvent thoughtOf(Subagent subagent, long offset, String piece) {
    return new ServerEvent.AgentThinking(ThinkingPhase.DELTA, piece, offset, null, null, subagent);
  }

  public void onlyDeltasAreMerged() {
    ServerEvent step = new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "look", 0.5);
    ServerEvent start = new ServerEvent.AgentThinking(ThinkingPhase.START, null, 0, null, null);
    for (ServerEvent event : new ServerEvent[] {step, start}) {
      byte[] body = body(event, "r_1", EARLY);
      assertThat(codec.read(event.type(), body)).isEmpty();
      assertThat(codec.isTextDelta(event.type(), body)).isFalse();
      assertThat(event.isTextDelta()).isFalse();
    }
    byte[] thought = body(thought(7, ODD), "r_1", EARLY);
    assertThat(codec.isTextDelta(EventType.AGENT_THINKING, thought)).isTrue();
    assertThat(codec.isTextDelta(EventType.AGENT_MESSAGE, new byte[0])).isTrue();
    assertThat(codec.read(EventType.CUSTOM, new byte[0])).isEmpty();
    assertThat(message("m_1", 7, ODD).isTextDelta()).isTrue();
    assertThat(thought(7, ODD).isTextDelta()).isTrue();
    assertThat(new ServerEvent.MessageTakenBack(new MessageId("m_1")).isTextDelta()).isFalse();
  }

  public void aBodyIsReadNoFurtherThanItsEnd() {
    String thought = "\"payload\":{\"phase\":\"delta\"";
    assertThat(isThought(thought)).isTrue();
    for (int end = 0; end < thought.length(); end++) {
      assertThat(isThought(thought.substring(0, end))).isFalse();
    }
    assertThat(isThought("\"timestamp\":\"2026-11-23T10:00:00.123Z\"}")).isFalse();
    assertThat(isThought("\"timestamp\":\"2026-11-23T10:00:00.123Z\",\"payload\":{}}")).isFalse();
  }

  private boolean isThought(String body) {
    return codec.isTextDelta(EventType.AGENT_THINKING, body.getBytes(StandardCharsets.UTF_8));
  }

  public void aMergedDeltaIsEncodedLikeOnePiece() {
    byte[] last = body(message("m_1", 9, "b"), "r_1", LATE);
    assertThat(codec.with(EventType.AGENT_MESSAGE, last, 7, ODD + "b"))
        .isEqualTo(body(message("m_1", 7, ODD + "b"), "r_1", LATE));
    byte[] thought = body(thought(9, "b"), "r_1", LATE);
    assertThat(codec.with(EventType.AGENT_THINKING, thought, 7, ODD))
        .isEqualTo(body(thought(7, ODD), "r_1", LATE));
  }

  public void theHeadOfARangeNamesItsFirstSeq() {
    ThreadId thread = new ThreadId("t1");
    assertThat(text(EventCodec.head(EventType.AGENT_MESSAGE, thread, 18, 57)))
        .isEqualTo("{\"type\":\"agent_message\",\"thread_id\":\"t1\",\"seq_from\":18,\"seq\":57,");
    assertThat(text(EventCodec.head(EventType.AGENT_MESSAGE, thread, 57, 57)))
        .isEqualTo("{\"type\":\"agent_message\",\"thread_id\":\"t1\",\"seq\":57,");
  }

  private Delta read(ServerEvent event, String run) {
    return codec.read(event.type(), body(event, run, EARLY)).orElseThrow();
  }

  private static ServerEvent message(String message, long offset, String piece) {
    return new ServerEvent.AgentMessage(new MessageId(message), offset, piece);
  }

  private static ServerEvent thought(long offset, String piece) {
    return new ServerEvent.AgentThinking(ThinkingPhase.DELTA, piece, offset, null, null);
  }

  private static byte[] body(ServerEvent event, String run, Instant time) {
    return EventCodec.body(event, new RunId(run), time);
  }

  private static String text(byte[] head) {
    return new String(head, StandardCharsets.UTF_8);
  }
}
