package dev.parley.gateway.audit;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The views that were recorded in the last period, each by its key. There is a maximum; beyond it
 * the oldest are forgotten, and recorded again when they are seen again. Callable from any thread.
 */
final class RecentViews {

  private final long periodMillis;
  private final int max;

  /** The oldest first. */
  private final Map<Object, RecentView> views = new LinkedHashMap<>();

  private record RecentView(long millis, CompletableFuture<Void> recorded) {}

  RecentViews(Duration period, int max) {
    this.periodMillis = period.toMillis();
    this.max = max;
  }

  /**
   * The stage of the record of a view in the period before this time; without one, or if it has
   * failed, that of a new record.
   *
   * @param record stores a record; does not wait. Called without a lock
   */
  CompletionStage<Void> recorded(
      Object key, long nowMillis, Supplier<CompletionStage<Void>> record) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletionStage<Void> known = add(key, nowMillis, mine);
    if (known != null) {
      return known;
    }
    var ignored =
        CompletableFuture.completedStage(null)
            .thenCompose(nothing -> record.get())
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    mine.complete(null);
                  } else {
                    mine.completeExceptionally(failure);
                  }
                });
    return mine;
  }

  /** Null if this one is to be recorded. */
  private synchronized @Nullable CompletionStage<Void> add(
      Object key, long nowMillis, CompletableFuture<Void> recorded) {
    RecentView known = views.get(key);
    if (known != null && isGood(known, nowMillis)) {
      return known.recorded();
    }
    views.remove(key);
    views.put(key, new RecentView(nowMillis, recorded));
    if (views.size() > max) {
      Iterator<Object> oldest = views.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return null;
  }

  /** A clock that was set back does not make a view recent for long. */
  private boolean isGood(RecentView view, long nowMillis) {
    return Math.abs(nowMillis - view.millis()) < periodMillis
        && !view.recorded().isCompletedExceptionally();
  }
}
