package dev.parley.gateway.agent.upstream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Keeps the events of a stream; {@code [DONE]} is the terminal one. */
final class Collector implements SseListener {

  private static final int SECONDS = 20;

  final List<String> data = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<Boolean> take(SseEvent event) {
    data.add(event.data());
    return CompletableFuture.completedFuture(event.data().equals("[DONE]"));
  }

  /** How the stream ended. */
  static StreamEnd end(CompletionStage<StreamEnd> stream) {
    try {
      return stream.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new CompletionException(e);
    }
  }

  /** Why the stream failed. */
  static UpstreamException failure(CompletionStage<StreamEnd> stream) {
    try {
      StreamEnd end = stream.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("the stream did not fail but ended: " + end);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamException failure) {
        return failure;
      }
      throw new CompletionException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new CompletionException(e);
    }
  }
}
