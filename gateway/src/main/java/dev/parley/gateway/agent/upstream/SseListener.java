package dev.parley.gateway.agent.upstream;

import java.util.concurrent.CompletionStage;

/** Takes the events of one stream, one after the other, on a thread of the upstream's executor. */
@FunctionalInterface
public interface SseListener {

  /**
   * Takes the next event. The stream is not read further until the stage completes (backpressure).
   *
   * @return whether the stream is over: its terminal event was seen, and the rest is not read
   * @throws UpstreamException when the event breaks the rules of its dialect; ends the stream
   */
  CompletionStage<Boolean> take(SseEvent event) throws UpstreamException;

  /**
   * Whether a last event is taken whose data is whole though its blank line is missing. If not, the
   * stream counts as cut there: for a listener that goes by the ids of events, which may be the
   * part that is missing.
   */
  default boolean takesUnended() {
    return true;
  }

  /** Says that the service sent a sign of life that is no whole event, such as a comment. */
  default void alive() {}
}
