package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The places of runs at one service, for calls that take none by themselves. Callable from any
 * thread.
 */
public interface Places {

  /**
   * Takes a place for the run, which keeps it until {@link #leave}. One that has a place keeps
   * that.
   *
   * @return completes when the run has a place; fails with an {@link UpstreamException} when it has
   *     found none within five seconds. Cancelling it waits no longer.
   */
  CompletableFuture<Void> enter(AgentRequest request);

  /** The run needs its place no longer, if it has one. */
  void leave(AgentRequest request);
}
