package dev.parley.gateway.user.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The events of a run of which the agent waits to hear that they are stored. Used at the user's
 * home only; the stages complete on the executor.
 */
final class AwaitedEvents {

  /** An event and the appends of the run after which it is stored. */
  private record AwaitedEvent(long appends, CompletableFuture<Void> synced) {}

  private final Executor pool;
  private final Deque<AwaitedEvent> events = new ArrayDeque<>();
  private long stored;

  AwaitedEvents(Executor pool) {
    this.pool = pool;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  void add(long appends, CompletableFuture<Void> synced) {
    events.add(new AwaitedEvent(appends, synced));
    complete();
  }

  /** The log has so many appends of the run. */
  void stored(long appends) {
    stored = appends;
    complete();
  }

  private void complete() {
    while (!events.isEmpty() && events.element().appends() <= stored) {
      var ignored = events.remove().synced().completeAsync(() -> null, pool);
    }
  }

  /** The run is cancelled or has ended: what comes after its events must not begin. */
  void fail() {
    while (!events.isEmpty()) {
      fail(events.remove().synced());
    }
  }

  /** The event will not be stored. */
  void fail(CompletableFuture<Void> synced) {
    pool.execute(
        () ->
            synced.completeExceptionally(
                new CancellationException("event: not stored (expected: an open run)")));
  }
}
