package dev.parley.gateway.user;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads that have something for a connection, and whose turn it is: those with something
 * critical first, but for every fourth turn, and each kind in a round.
 */
final class Rounds {

  private static final int ROUND = 4;

  private final Set<Subscription> critical = new LinkedHashSet<>();
  private final Set<Subscription> others = new LinkedHashSet<>();
  private int turn;

  /**
   * Gives it a place in the line of its kind, if there is something to read; whoever has that place
   * already keeps it.
   */
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

  /** An answer was given. */
  void taken() {
    turn = (turn + 1) % ROUND;
  }

  private boolean othersFirst() {
    return turn == ROUND - 1;
  }

  /**
   * Serves each in the order of this turn for as long as there is room; who is not through goes to
   * the end of the line.
   *
   * @param serve serves one and says whether there is room for the next
   */
  void serve(Predicate<Subscription> serve) {
    if (serve(othersFirst() ? others : critical, serve)) {
      serve(othersFirst() ? critical : others, serve);
    }
  }

  private boolean serve(Set<Subscription> line, Predicate<Subscription> serve) {
    for (int left = line.size(); left > 0; left--) {
      Subscription subscription = first(line);
      line.remove(subscription);
      boolean goesOn = serve.test(subscription);
      put(subscription);
      if (!goesOn) {
        return false;
      }
    }
    return true;
  }

  /** Whether the next one in line needs a page of the store. */
  boolean isPageNext() {
    Set<Subscription> line = othersFirst() ? others : critical;
    if (line.isEmpty()) {
      line = othersFirst() ? critical : others;
    }
    return !line.isEmpty() && first(line).needsPage();
  }

  private static Subscription first(Set<Subscription> line) {
    return line.iterator().next();
  }

  /** The next one that needs a page of the store; it goes to the end of the line. */
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

  private static @Nullable Subscription page(Set<Subscription> line) {
    for (Subscription subscription : line) {
      if (subscription.needsPage()) {
        return subscription;
      }
    }
    return null;
  }
}
