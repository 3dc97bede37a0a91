package dev.parley.gateway.alert;

import dev.parley.gateway.alert.Alert.Transition;
import dev.parley.gateway.alert.Condition.Reading;
import dev.parley.gateway.alert.RecentAlerts.AlertEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all conditions now and then. An alert fires when its condition is bad, and clears when it
 * was good for a while: each is told once. {@link #check} is called by one thread at a time.
 */
public final class Alerts {

  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

  /** The state of one condition. */
  private static final class Watched {
    final Condition condition;
    volatile @Nullable AlertEntry firing;
    long goodSince;
    boolean wasGood;

    Watched(Condition condition) {
      this.condition = condition;
    }
  }

  private final List<Watched> all = new ArrayList<>();
  private final long clearNanos;
  private final Consumer<Alert> told;
  private final RecentAlerts recent = new RecentAlerts();

  /**
   * Alerts of these conditions, none of which has fired.
   *
   * @param clearAfter how long a condition must be good before its alert clears
   * @param told called by {@link #check} for each that fires or clears
   */
  public Alerts(List<Condition> conditions, Duration clearAfter, Consumer<Alert> told) {
    conditions.forEach(condition -> all.add(new Watched(condition)));
    this.clearNanos = clearAfter.toNanos();
    this.told = told;
  }

  /**
   * Goes on with an alert of the last process. Called before the first check.
   *
   * @return false if nothing of this name is watched any more
   */
  boolean goOn(AlertEntry fired) {
    recent.add(
        new Alert(
            fired.name(), Transition.FIRED, fired.firedAt(), fired.firedAt(), fired.reading()));
    List<Watched> same =
        all.stream().filter(each -> each.condition.name().equals(fired.name())).toList();
    same.forEach(each -> each.firing = fired);
    return !same.isEmpty();
  }

  /** Clears an alert of the last process, of which nothing is watched any more. */
  void clear(AlertEntry fired, Instant now) {
    Reading gone =
        new Reading(
            false, fired.reading().value(), fired.reading().limit(), "it is no longer watched");
    Alert cleared = new Alert(fired.name(), Transition.CLEARED, fired.firedAt(), now, gone);
    recent.add(cleared);
    told.accept(cleared);
  }

  /**
   * Reads all conditions. One that cannot be read stays as it is.
   *
   * @param nanos the present time of a monotonic clock
   */
  public void check(Instant now, long nanos) {
    for (Watched each : all) {
      try {
        Reading reading = each.condition.read(nanos);
        Alert change = Double.isNaN(reading.value()) ? null : change(each, reading, now, nanos);
        if (change != null) {
          recent.add(change);
          told.accept(change);
        }
      } catch (RuntimeException | Error e) {
        // An error too: without memory is when an alert is needed.
        LOG.error("alert {}: it cannot be checked", each.condition.name(), e);
      }
    }
  }

  private @Nullable Alert change(Watched watched, Reading reading, Instant now, long nanos) {
    String name = watched.condition.name();
    AlertEntry firing = watched.firing;
    Instant firedAt = firing == null ? null : firing.firedAt();
    if (firedAt != null) {
      watched.firing = new AlertEntry(name, firedAt, Optional.empty(), reading);
    }
    if (reading.isBad()) {
      watched.wasGood = false;
      if (firedAt == null) {
        watched.firing = new AlertEntry(name, now, Optional.empty(), reading);
        return new Alert(name, Transition.FIRED, now, now, reading);
      }
      return null;
    }
    if (!watched.wasGood) {
      watched.wasGood = true;
      watched.goodSince = nanos;
    }
    if (firedAt == null || nanos - watched.goodSince < clearNanos) {
      return null;
    }
    watched.firing = null;
    return new Alert(name, Transition.CLEARED, firedAt, now, reading);
  }

  /** The names of all alerts, in the order of the conditions. */
  public List<String> names() {
    return all.stream().map(watched -> watched.condition.name()).toList();
  }

  /** Whether the alert of this name has fired and has not cleared. Callable from any thread. */
  public boolean isFiring(String name) {
    return all.stream()
        .anyMatch(watched -> watched.condition.name().equals(name) && watched.firing != null);
  }

  /** Those that fire now, the newest first, with their last readings. Callable from any thread. */
  public List<AlertEntry> firing() {
    return all.stream()
        .flatMap(watched -> Optional.ofNullable(watched.firing).stream())
        .sorted(Comparator.comparing(AlertEntry::firedAt).reversed())
        .toList();
  }

  /** The last alerts, those that fire too, the newest first. Callable from any thread. */
  public List<AlertEntry> recent() {
    return recent.newestFirst();
  }
}
