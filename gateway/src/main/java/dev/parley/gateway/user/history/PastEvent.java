package dev.parley.gateway.user.history;

import dev.parley.gateway.codec.DecodedEvent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.EventType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stored event that is part of a history.
 *
 * @param decoded null for the end of a run: its text repeats what came before
 */
record PastEvent(long firstSeq, long seq, EventType type, @Nullable DecodedEvent decoded) {

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
    if (READ.contains(type)) {
      DecodedEvent decoded = EventCodec.read(type, event.body());
      return Optional.of(new PastEvent(event.firstSeq(), event.seq(), type, decoded));
    }
    return ENDS.contains(type)
        ? Optional.of(new PastEvent(event.firstSeq(), event.seq(), type, null))
        : Optional.empty();
  }
}
