package dev.parley.gateway.user.run;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run that wait while its append is in flight. Adjacent deltas are merged before
 * they have a seq, so a run appends fewer events under load. Used at the user's home only.
 */
final class UncommittedEvents {

  private static final int MAX_MERGED = 4 * 1024;

  private final List<ServerEvent> events = new ArrayList<>();
  private long bytes;

  /** Adds events that count so many bytes together. */
  void add(List<ServerEvent> more, long itsBytes) {
    bytes += itsBytes;
    for (ServerEvent event : more) {
      ServerEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
      ServerEvent merged = last == null ? null : merged(last, event);
      if (merged == null) {
        events.add(event);
      } else {
        events.set(events.size() - 1, merged);
      }
    }
  }

  private static @Nullable ServerEvent merged(ServerEvent last, ServerEvent next) {
    if (last instanceof ServerEvent.AgentMessage first
        && next instanceof ServerEvent.AgentMessage second
        && first.delta().length() + second.delta().length() <= MAX_MERGED) {
      return new ServerEvent.AgentMessage(
          first.message(), first.offset(), first.delta() + second.delta());
    }
    if (last instanceof ServerEvent.AgentThinking first
        && next instanceof ServerEvent.AgentThinking second
        && first.phase() == ThinkingPhase.DELTA
        && second.phase() == ThinkingPhase.DELTA
        && first.text() != null
        && second.text() != null
        && first.text().length() + second.text().length() <= MAX_MERGED) {
      return new ServerEvent.AgentThinking(
          ThinkingPhase.DELTA, first.text() + second.text(), first.offset(), null, null);
    }
    return null;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** Whether the end of the run is among them; it is the last one then. */
  boolean hasEnd() {
    ServerEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
    return last instanceof ServerEvent.AgentCompleted
        || last instanceof ServerEvent.AgentFailed
        || last instanceof ServerEvent.AgentCancelled;
  }

  /** The bytes that were counted for what is here. */
  long bytes() {
    return bytes;
  }

  /** Takes everything out, encoded. */
  List<NewEvent> drain(RunId run, Instant time) {
    List<NewEvent> encoded = new ArrayList<>(events.size());
    for (ServerEvent event : events) {
      encoded.add(new NewEvent(event.type(), EventCodec.body(event, run, time)));
    }
    clear();
    return encoded;
  }

  void clear() {
    events.clear();
    bytes = 0;
  }
}
