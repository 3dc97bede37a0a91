package dev.parley.gateway.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and rewrites encoded text deltas, for code that merges and splits them without knowing the
 * encoding (protocol, "Merged deltas"). Callable from any thread.
 */
public interface Deltas {

  /**
   * A piece of a growing text.
   *
   * @param text what the piece belongs to; equal for all pieces of one text
   * @param offset the place of the piece in that text, in UTF-16 units
   */
  record Delta(Object text, long offset, String piece) {

    /** Whether the other piece continues the text where this one ends. */
    public boolean isFollowedBy(Delta next) {
      return text.equals(next.text) && offset + piece.length() == next.offset;
    }
  }

  /** The text of a run: a message, or without one the thinking of the run or of a sub-agent. */
  record RunText(@Nullable RunId run, @Nullable MessageId message, @Nullable Subagent subagent) {}

  /** The piece that an event of this run carries, or null if it is no text delta. */
  static @Nullable Delta of(@Nullable RunId run, ServerEvent event) {
    if (event instanceof ServerEvent.AgentMessage message) {
      return new Delta(
          new RunText(run, message.message(), null), message.offset(), message.delta());
    }
    return event instanceof ServerEvent.AgentThinking thinking
            && thinking.isTextDelta()
            && thinking.text() != null
        ? new Delta(new RunText(run, null, thinking.subagent()), thinking.offset(), thinking.text())
        : null;
  }

  /** The text delta with another piece of the same text in place of its own. */
  static ServerEvent with(ServerEvent delta, long offset, String piece) {
    return delta instanceof ServerEvent.AgentMessage message
        ? new ServerEvent.AgentMessage(message.message(), offset, piece)
        : new ServerEvent.AgentThinking(
            ThinkingPhase.DELTA, piece, offset, null, null, delta.subagent());
  }

  /** Whether the encoded event is a text delta. Events that an earlier version stored need it. */
  boolean isTextDelta(EventType type, byte[] body);

  /** The piece that an encoded event carries; empty if it is no text delta. */
  Optional<Delta> read(EventType type, byte[] body);

  /** The encoded event with another piece of the same text in place of its own. */
  byte[] with(EventType type, byte[] body, long offset, String piece);
}
