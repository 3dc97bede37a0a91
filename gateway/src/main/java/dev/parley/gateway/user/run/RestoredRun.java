package dev.parley.gateway.user.run;

import dev.parley.gateway.codec.DecodedEvent;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.codec.SavedRequest;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the log has of a run that the last process left open.
 *
 * @param request absent when it is damaged
 * @param startSeq the seq of its {@code agent_started}
 * @param events all events of the run, in order, but for those that are damaged
 * @param notes those that are hidden with these events
 * @param damage why it cannot be resumed: what of it cannot be read, without any content; absent if
 *     all of it is whole
 */
record RestoredRun(
    @Nullable SavedRequest request,
    @Nullable SavedCheckpoint saved,
    long startSeq,
    List<DecodedEvent> events,
    RunNotes.StoredNotes notes,
    @Nullable String damage) {

  RestoredRun {
    events = List.copyOf(events);
  }

  /** The checkpoint that the agent gave. */
  @Nullable RawJson checkpoint() {
    return saved == null ? null : saved.checkpoint();
  }

  /** The id of its answer, if that has begun. */
  Optional<MessageId> message() {
    return events.stream()
        .filter(each -> each.event() instanceof ServerEvent.AgentMessage)
        .map(each -> ((ServerEvent.AgentMessage) each.event()).message())
        .findFirst();
  }

  /** How long it has lasted. */
  Duration lasted(Instant now) {
    return events.isEmpty() ? Duration.ZERO : since(events.get(0), now);
  }

  private static Duration since(DecodedEvent event, Instant now) {
    Duration since = Duration.between(event.time(), now);
    return since.isNegative() ? Duration.ZERO : since;
  }

  /** Brings the grammar to where the run stands. */
  void restore(RunGrammar grammar, Instant now, long nowNanos) {
    for (DecodedEvent each : events) {
      grammar.restore(each.event(), nowNanos - since(each, now).toNanos());
    }
    grammar.restore(notes);
    if (saved != null) {
      grammar.restore(saved);
    }
  }
}
