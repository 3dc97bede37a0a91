package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads of a log, for which users take turns: whoever asks for much at once waits for it alone.
 * Each user's reads are carried out in the order asked. Callable from any thread; stages complete
 * on the threads that read.
 */
final class FairReadQueue implements AutoCloseable {

  private final LogExecutor threads;
  private final int maxOfUser;

  /** What waits, by user, the next user first; as many tasks wait for a thread. */
  private final Map<UserId, Deque<PendingRead<?>>> waiting = new LinkedHashMap<>();

  private record PendingRead<T>(Supplier<T> call, CompletableFuture<T> stage) {

    void carryOut() {
      LogExecutor.complete(stage, call);
    }
  }

  /**
   * Reads on these threads, which are closed with it.
   *
   * @param maxOfUser how many reads of one user may wait
   */
  FairReadQueue(LogExecutor threads, int maxOfUser) {
    this.threads = threads;
    this.maxOfUser = maxOfUser;
  }

  /** Carries the call out when the user's turn has come. */
  <T> CompletionStage<T> call(UserId user, Supplier<T> call) {
    PendingRead<T> read = new PendingRead<>(call, new CompletableFuture<>());
    if (!add(user, read)) {
      return CompletableFuture.failedStage(
          new LogException("log: too many reads of one user wait (expected: " + maxOfUser + ")"));
    }
    var ignored =
        threads
            .call(this::takeTurn)
            .whenComplete(
                (done, refused) -> {
                  if (refused != null) {
                    failNext(refused);
                  }
                });
    return read.stage();
  }

  /** There is one task less than reads. */
  private void failNext(Throwable why) {
    PendingRead<?> next = poll();
    if (next != null) {
      next.stage().completeExceptionally(why);
    }
  }

  /** The same for what concerns no user. */
  <T> CompletionStage<T> call(Supplier<T> call) {
    return threads.call(call);
  }

  private boolean takeTurn() {
    PendingRead<?> next = poll();
    if (next != null) {
      next.carryOut();
    }
    return true;
  }

  private synchronized boolean add(UserId user, PendingRead<?> read) {
    Deque<PendingRead<?>> own = waiting.computeIfAbsent(user, first -> new ArrayDeque<>());
    return own.size() < maxOfUser && own.add(read);
  }

  /** The next read of the user whose turn it is; the user's next turn comes after all others'. */
  private synchronized @Nullable PendingRead<?> poll() {
    Iterator<Map.Entry<UserId, Deque<PendingRead<?>>>> users = waiting.entrySet().iterator();
    if (!users.hasNext()) {
      return null;
    }
    Map.Entry<UserId, Deque<PendingRead<?>>> user = users.next();
    UserId name = user.getKey();
    Deque<PendingRead<?>> own = user.getValue();
    users.remove();
    PendingRead<?> next = own.remove();
    if (!own.isEmpty()) {
      waiting.put(name, own);
    }
    return next;
  }

  @Override
  public void close() {
    threads.close();
  }
}
