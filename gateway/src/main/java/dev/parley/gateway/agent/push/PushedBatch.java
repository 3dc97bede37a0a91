package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.AgentEvent;
import java.util.List;

/**
 * The events of one call of a back end. They are stored together or not at all.
 *
 * @param producer who counts the calls: 1 to 64 of {@code A-Z a-z 0-9 _ . : -}
 * @param epoch the life of the producer; from 0
 * @param sequence the number of the call in this epoch: 0, 1, 2, …
 * @param events none for a sign of life; an end of the run only as the last
 */
public record PushedBatch(String producer, long epoch, long sequence, List<AgentEvent> events) {

  public PushedBatch {
    events = List.copyOf(events);
  }

  /** Whether the run ends with it. */
  boolean endsRun() {
    return !events.isEmpty() && isEnd(events.get(events.size() - 1));
  }

  static boolean isEnd(AgentEvent event) {
    return event instanceof AgentEvent.Completed || event instanceof AgentEvent.Failed;
  }
}
