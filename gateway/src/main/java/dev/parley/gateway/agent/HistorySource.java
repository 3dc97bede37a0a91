package dev.parley.gateway.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads what was said in a thread. Callable from any thread; blocks none. */
@FunctionalInterface
public interface HistorySource {

  HistorySource NONE = maxBytes -> CompletableFuture.completedFuture(History.EMPTY);

  /**
   * Reads the newest whole turns of at most so many bytes. The stage completes on a callback thread
   * of the agents, and fails when the log cannot be read.
   *
   * @param maxBytes of texts, arguments and results
   */
  CompletionStage<History> read(int maxBytes);
}
