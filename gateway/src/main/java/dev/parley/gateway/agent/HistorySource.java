package dev.parley.gateway.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads what was said in a thread. Callable from any thread; blocks none. */
@FunctionalInterface
public interface HistorySource {

  HistorySource NONE = maxBytes -> CompletableFuture.completedFuture(History.EMPTY);

  /**
   * Reads the newest whole turns of at most so many bytes. A turn is a message and the answer to
   * it, or a message that no agent was asked to answer. The message of this run is not among them,
   * nor are messages that wait for their run or were taken back. The stage completes on a callback
   * thread of the agents, and fails when the log cannot be read.
   *
   * @param maxBytes of messages, texts, arguments, results, errors and notes, and 32 for each
   *     message, text, tool call and note
   */
  CompletionStage<History> read(int maxBytes);

  /**
   * The same for an agent whose newest notes replace the older ones: of its answers that are read,
   * only the newest one with notes has them, and only those count.
   */
  default CompletionStage<History> readWithNewestNotes(int maxBytes) {
    return read(maxBytes);
  }
}
