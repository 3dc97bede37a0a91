package dev.parley.gateway.alert;

import dev.parley.gateway.alert.Alert.Transition;
import dev.parley.gateway.alert.Condition.Reading;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The last alerts of this process, a bounded number of them. Callable from any thread. */
public final class RecentAlerts {

  static final int MAX = 256;

  /**
   * One alert.
   *
   * @param clearedAt empty while it fires
   * @param reading how things were when it fired, or in {@link Alerts#firing} are now
   */
  public record AlertEntry(
      String name, Instant firedAt, Optional<Instant> clearedAt, Reading reading) {}

  private final Deque<AlertEntry> newestFirst = new ArrayDeque<>();

  synchronized void add(Alert alert) {
    if (alert.transition() == Transition.FIRED) {
      newestFirst.addFirst(
          new AlertEntry(alert.name(), alert.firedAt(), Optional.empty(), alert.reading()));
      if (newestFirst.size() > MAX) {
        newestFirst.removeLast();
      }
      return;
    }
    List<AlertEntry> all = new ArrayList<>(newestFirst);
    all.replaceAll(
        each ->
            each.name().equals(alert.name()) && each.firedAt().equals(alert.firedAt())
                ? new AlertEntry(
                    each.name(), each.firedAt(), Optional.of(alert.at()), each.reading())
                : each);
    newestFirst.clear();
    newestFirst.addAll(all);
  }

  synchronized List<AlertEntry> newestFirst() {
    return List.copyOf(newestFirst);
  }
}
