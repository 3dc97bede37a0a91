package dev.parley.gateway.agent.upstream;

import java.util.Optional;

/** Takes the events of a stream that the service keeps and gives again from any place. */
public interface JoinableListener extends SseListener {

  /**
   * The call that goes on with the stream after the events that were taken; empty if there is none,
   * and the stream then ends as it did.
   *
   * @param isEnded whether the service has closed the stream cleanly; false if it was lost
   */
  Optional<HttpCall> rejoin(boolean isEnded);
}
