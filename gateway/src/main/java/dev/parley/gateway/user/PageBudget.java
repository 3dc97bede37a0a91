package dev.parley.gateway.user;

import dev.parley.gateway.log.EventPage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * How many bytes of pages of the log may be in memory at once, over all users: from the read until
 * the page is given to a socket, whichever way it goes there. Who finds none left waits in line. A
 * page that is larger than was taken for it, because its one event is, is counted when it has come:
 * so the bound is exceeded by no more than what few reads bring at once. Callable from any thread.
 */
public final class PageBudget {

  /** The log has fewer threads that read. */
  private static final int MOST_READS = 8;

  private final long bound;
  private final Deque<Waiting> line = new ArrayDeque<>();
  private long held;
  private long highest;
  private int reads;

  private record Waiting(long bytes, Runnable granted) {}

  public PageBudget(long bytes) {
    this.bound = bytes;
  }

  /**
   * Reads when there is room: at once, or after waiting in line and then on the loop. The bytes of
   * the page that comes are to be given back.
   *
   * @param bytes of the page, at most, unless one event has more
   */
  public CompletionStage<EventPage> page(
      long bytes, Executor loop, Supplier<CompletionStage<EventPage>> read) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    // Not on the stack of whoever gives room: a read that fails gives it on at once.
    if (take(bytes, false, () -> loop.execute(() -> turn.complete(null)))) {
      turn.complete(null);
    }
    return turn.thenCompose(now -> read.get())
        .whenComplete((page, failure) -> read(bytes, page == null ? 0 : page.bytes()));
  }

  /**
   * Takes bytes for a read, or a place in line; then the task runs when they have been taken, on
   * any thread.
   *
   * @param first whether the place is the first in line: of one whose turn was lost before
   * @return whether they were taken at once
   */
  synchronized boolean take(long bytes, boolean first, Runnable granted) {
    if ((first || line.isEmpty()) && tryTake(bytes)) {
      return true;
    }
    Waiting waiting = new Waiting(bytes, granted);
    if (first) {
      line.addFirst(waiting);
    } else {
      line.addLast(waiting);
    }
    return false;
  }

  private boolean tryTake(long bytes) {
    if (reads == MOST_READS || (held > 0 && held + bytes > bound)) {
      return false;
    }
    reads++;
    held += bytes;
    highest = Math.max(highest, held);
    return true;
  }

  /** The read has ended, or there was none: it holds so many bytes in the place of those taken. */
  void read(long taken, long holds) {
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
    while (!line.isEmpty() && tryTake(line.getFirst().bytes())) {
      granted.add(line.removeFirst().granted());
    }
    return granted;
  }

  /** The bytes that are held now. */
  public synchronized long held() {
    return held;
  }

  /** The most bytes that were ever held. */
  public synchronized long highest() {
    return highest;
  }
}
