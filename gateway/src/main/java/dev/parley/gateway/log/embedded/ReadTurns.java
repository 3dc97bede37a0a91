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
final class ReadTurns implements AutoCloseable {

  private final LogExecutor threads;
  private final int mostOfUser;

  /** What waits, by user, the next user first; as many tasks wait for a thread. */
  private final Map<UserId, Deque<Read<?>>> waiting = new LinkedHashMap<>();

  private record Read<T>(Supplier<T> call, CompletableFuture<T> stage) {

    void carryOut() {
      LogExecutor.complete(stage, call);
    }
  }

  /**
   * Reads on these threads, which are closed with it.
   *
   * @param mostOfUser how many reads of one user may wait
   */
  ReadTurns(LogExecutor threads, int mostOfUser) {
    this.threads = threads;
    this.mostOfUser = mostOfUser;
  }

  /** Carries the call out when the user's turn has come. */
  <T> CompletionStage<T> call(UserId user, Supplier<T> call) {
    Read<T> read = new Read<>(call, new CompletableFuture<>());
    if (!add(user, read)) {
      return CompletableFuture.failedStage(
          new LogException("log: too many reads of one user wait (expected: " + mostOfUser + ")"));
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
    Read<?> next = poll();
    if (next != null) {
      next.stage().completeExceptionally(why);
    }
  }

  /** The same for what concerns no user. */
  <T> CompletionStage<T> call(Supplier<T> call) {
    return threads.call(call);
  }

  private boolean takeTurn() {
    Read<?> next = poll();
    if (next != null) {
      next.carryOut();
    }
    return true;
  }

  private synchronized boolean add(UserId user, Read<?> read) {
    Deque<Read<?>> own = waiting.computeIfAbsent(user, first -> new ArrayDeque<>());
    return own.size() < mostOfUser && own.add(read);
  }

  /** The next read of the user whose turn it is; the user's next turn comes after all others'. */
  private synchronized @Nullable Read<?> poll() {
    Iterator<Map.Entry<UserId, Deque<Read<?>>>> users = waiting.entrySet().iterator();
    if (!users.hasNext()) {
      return null;
    }
    Map.Entry<UserId, Deque<Read<?>>> user = users.next();
    UserId name = user.getKey();
    Deque<Read<?>> own = user.getValue();
    users.remove();
    Read<?> next = own.remove();
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
