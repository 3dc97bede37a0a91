package dev.parley.gateway.user.history;

import dev.parley.gateway.codec.DecodedEvent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.NotesCodec;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RawJson;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stored event that is part of a history. What a sub-agent does is not: the call that asked it
 * and the result of that call are.
 *
 * @param decoded null if its content is of no use here: the text of the end of a run repeats what
 *     came before
 * @param notes of the agent whose run it belongs to, which stood before it
 */
record PastEvent(
    long firstSeq, long seq, EventType type, @Nullable DecodedEvent decoded, List<RawJson> notes) {

  private static final Set<EventType> READ =
      EnumSet.of(
          EventType.MESSAGE_ADDED,
          EventType.MESSAGE_TAKEN_BACK,
          EventType.AGENT_STARTED,
          EventType.AGENT_MESSAGE,
          EventType.TOOL_EXECUTING,
          EventType.TOOL_COMPLETED);

  private static final Set<EventType> ENDS =
      EnumSet.of(EventType.AGENT_COMPLETED, EventType.AGENT_FAILED, EventType.AGENT_CANCELLED);

  /** The event, if histories have a use for it. */
  static Optional<PastEvent> of(StoredEvent event) {
    EventType type = event.type();
    byte[] hidden = event.hidden();
    DecodedEvent decoded = READ.contains(type) ? EventCodec.read(type, event.body()) : null;
    if (decoded != null && decoded.event().subagent() != null) {
      decoded = null;
    }
    if (decoded == null && !ENDS.contains(type) && hidden == null) {
      return Optional.empty();
    }
    return Optional.of(
        new PastEvent(
            event.firstSeq(),
            event.seq(),
            type,
            decoded,
            hidden == null ? List.of() : NotesCodec.decode(hidden)));
  }

  /** Whether a run ends with it. */
  boolean isEnd() {
    return ENDS.contains(type);
  }
}
