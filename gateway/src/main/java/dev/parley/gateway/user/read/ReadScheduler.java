package dev.parley.gateway.user.read;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which thread of a connection is read next. Threads with unread critical events go first
 * in three of four turns, the others in the fourth; those of a kind take turns. Used at the user's
 * home only.
 */
final class ReadScheduler {

  private static final int TURNS = 4;

  private final Set<Subscription> critical = new LinkedHashSet<>();
  private final Set<Subscription> others = new LinkedHashSet<>();
  private int turn;

  /** Queues it with its kind, if there is something to read. One that is queued keeps its place. */
  void put(Subscription subscription) {
    if (!subscription.isReady()) {
      remove(subscription);
    } else if (subscription.isCritical()) {
      others.remove(subscription);
      critical.add(subscription);
    } else {
      critical.remove(subscription);
      others.add(subscription);
    }
  }

  void remove(Subscription subscription) {
    critical.remove(subscription);
    others.remove(subscription);
  }

  boolean isEmpty() {
    return critical.isEmpty() && others.isEmpty();
  }

  /** An answer was given: this turn is over. */
  void turnOver() {
    turn = (turn + 1) % TURNS;
  }

  private boolean othersFirst() {
    return turn == TURNS - 1;
  }

  /**
   * Serves each in the order of this turn for as long as there is room. One that has more to read
   * goes to the end of its queue.
   *
   * @param serve serves one and says whether there is room for the next
   */
  void serve(Predicate<Subscription> serve) {
    if (serve(othersFirst() ? others : critical, serve)) {
      serve(othersFirst() ? critical : others, serve);
    }
  }

  private boolean serve(Set<Subscription> queue, Predicate<Subscription> serve) {
    for (int left = queue.size(); left > 0; left--) {
      Subscription subscription = first(queue);
      queue.remove(subscription);
      boolean goesOn = serve.test(subscription);
      put(subscription);
      if (!goesOn) {
        return false;
      }
    }
    return true;
  }

  /** Whether the next one needs a page of the store. */
  boolean isPageNext() {
    Set<Subscription> queue = othersFirst() ? others : critical;
    if (queue.isEmpty()) {
      queue = othersFirst() ? critical : others;
    }
    return !queue.isEmpty() && first(queue).needsPage();
  }

  private static Subscription first(Set<Subscription> queue) {
    return queue.iterator().next();
  }

  /** The next one that needs a page of the store; it goes to the end of the queue. */
  @Nullable Subscription nextPage() {
    Subscription next = page(othersFirst() ? others : critical);
    if (next == null) {
      next = page(othersFirst() ? critical : others);
    }
    if (next != null) {
      remove(next);
      put(next);
    }
    return next;
  }

  private static @Nullable Subscription page(Set<Subscription> queue) {
    for (Subscription subscription : queue) {
      if (subscription.needsPage()) {
        return subscription;
      }
    }
    return null;
  }
}
