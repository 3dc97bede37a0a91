package dev.parley.gateway.limit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Bounds the bytes of pages of the log that are in memory at once, over all users: from the read
 * until a socket has the page. Beyond the bound, reads are queued. A page may be larger than the
 * bytes taken for it, if its only event is. It is counted after the read, so a few reads at once
 * may exceed the bound. Callable from any thread; never blocks.
 */
public final class PageBudget {

  /** More than the threads of the log that read. */
  private static final int MAX_READS = 8;

  private final long bound;
  private final Deque<QueuedRead> queue = new ArrayDeque<>();
  private long held;
  private long highest;
  private int reads;

  private record QueuedRead(long bytes, Runnable granted) {}

  public PageBudget(long bytes) {
    this.bound = bytes;
  }

  /**
   * Reads within the bound: at once, or later from the queue and then on the loop. The caller gives
   * the bytes of the page back.
   *
   * @param bytes maximum of the page, unless one event has more
   * @param size the bytes of a page
   */
  public <P> CompletionStage<P> page(
      long bytes, Executor loop, Supplier<CompletionStage<P>> read, ToLongFunction<P> size) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    // In a task of its own: a read that fails grants the next one at once, and the stack would
    // grow.
    if (take(bytes, false, () -> loop.execute(() -> turn.complete(null)))) {
      turn.complete(null);
    }
    return turn.thenCompose(now -> read.get())
        .whenComplete((page, failure) -> read(bytes, page == null ? 0 : size.applyAsLong(page)));
  }

  /**
   * Takes bytes for a read, or queues it; then the task runs when they have been taken, on any
   * thread.
   *
   * @param first whether it is queued before all others, because its turn was lost before
   * @return whether they were taken at once
   */
  public synchronized boolean take(long bytes, boolean first, Runnable granted) {
    if ((first || queue.isEmpty()) && tryTake(bytes)) {
      return true;
    }
    QueuedRead waiting = new QueuedRead(bytes, granted);
    if (first) {
      queue.addFirst(waiting);
    } else {
      queue.addLast(waiting);
    }
    return false;
  }

  private boolean tryTake(long bytes) {
    if (reads == MAX_READS || (held > 0 && held + bytes > bound)) {
      return false;
    }
    reads++;
    held += bytes;
    highest = Math.max(highest, held);
    return true;
  }

  /** The read has ended, or there was none: it holds so many bytes instead of those taken. */
  public void read(long taken, long holds) {
    List<Runnable> granted;
    synchronized (this) {
      reads--;
      held += holds - taken;
      highest = Math.max(highest, held);
      granted = admit();
    }
    granted.forEach(Runnable::run);
  }

  /** Gives the bytes of a page back. */
  public void give(long bytes) {
    List<Runnable> granted;
    synchronized (this) {
      held -= bytes;
      granted = admit();
    }
    granted.forEach(Runnable::run);
  }

  private List<Runnable> admit() {
    List<Runnable> granted = new ArrayList<>(0);
    while (!queue.isEmpty() && tryTake(queue.getFirst().bytes())) {
      granted.add(queue.removeFirst().granted());
    }
    return granted;
  }

  /** The bytes that are held now. */
  public synchronized long held() {
    return held;
  }

  /** The maximum of bytes that were ever held. */
  public synchronized long highest() {
    return highest;
  }
}
