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
 * The queue of reads of a log, fair between users: a user with many reads does not delay others.
 * What belongs to no user has the turns of its tenant, or those of the process; each of these
 * counts as one more user. The reads of one user run in the order of the calls. May be called from
 * any thread. Stages complete on the reader threads.
 */
final class FairReadQueue implements AutoCloseable {

  private static final Object PROCESS = new Object();

  private final LogExecutor threads;
  private final int maxOfUser;

  /**
   * The queued reads by whose they are, the next one first. The executor has as many queued tasks.
   */
  private final Map<Object, Deque<PendingRead<?>>> byUser = new LinkedHashMap<>();

  private record PendingRead<T>(Supplier<T> call, CompletableFuture<T> stage) {

    void run() {
      LogExecutor.complete(stage, call);
    }
  }

  /**
   * Reads on these threads, which are closed with the queue.
   *
   * @param maxOfUser the maximum of queued reads of one user
   */
  FairReadQueue(LogExecutor threads, int maxOfUser) {
    this.threads = threads;
    this.maxOfUser = maxOfUser;
  }

  /** Queues a read of the user. */
  <T> CompletionStage<T> call(UserId user, Supplier<T> call) {
    return callInTurn(user, call);
  }

  /** Queues a read of the tenant. */
  <T> CompletionStage<T> call(String tenant, Supplier<T> call) {
    return callInTurn(tenant, call);
  }

  /** Queues a read of the process: at its start, and in the background. */
  <T> CompletionStage<T> call(Supplier<T> call) {
    return callInTurn(PROCESS, call);
  }

  private <T> CompletionStage<T> callInTurn(Object user, Supplier<T> call) {
    PendingRead<T> read = new PendingRead<>(call, new CompletableFuture<>());
    if (!add(user, read)) {
      return CompletableFuture.failedStage(
          new LogException(
              "log: queue of reads of one user is full (expected: at most " + maxOfUser + ")"));
    }
    var ignored =
        threads
            .call(this::runNext)
            .whenComplete(
                (done, refused) -> {
                  if (refused != null) {
                    fail(user, read, refused);
                  }
                });
    return read.stage();
  }

  /**
   * The executor refused the task of this read. If the task of another one has run it already, that
   * one has no task.
   */
  private void fail(Object user, PendingRead<?> read, Throwable why) {
    PendingRead<?> left = remove(user, read) ? read : poll();
    if (left != null) {
      left.stage().completeExceptionally(why);
    }
  }

  private synchronized boolean remove(Object user, PendingRead<?> read) {
    Deque<PendingRead<?>> own = byUser.get(user);
    if (own == null || !own.removeLastOccurrence(read)) {
      return false;
    }
    if (own.isEmpty()) {
      byUser.remove(user);
    }
    return true;
  }

  private boolean runNext() {
    PendingRead<?> next = poll();
    if (next != null) {
      next.run();
    }
    return true;
  }

  private synchronized boolean add(Object user, PendingRead<?> read) {
    Deque<PendingRead<?>> own = byUser.computeIfAbsent(user, first -> new ArrayDeque<>());
    return own.size() < maxOfUser && own.add(read);
  }

  /** The next read of the user whose turn it is. The user then moves behind all others. */
  private synchronized @Nullable PendingRead<?> poll() {
    Iterator<Map.Entry<Object, Deque<PendingRead<?>>>> users = byUser.entrySet().iterator();
    if (!users.hasNext()) {
      return null;
    }
    Map.Entry<Object, Deque<PendingRead<?>>> user = users.next();
    Object name = user.getKey();
    Deque<PendingRead<?>> own = user.getValue();
    users.remove();
    PendingRead<?> next = own.remove();
    if (!own.isEmpty()) {
      byUser.put(name, own);
    }
    return next;
  }

  @Override
  public void close() {
    threads.close();
  }
}
