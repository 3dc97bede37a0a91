package dev.parley.gateway.tests.support;

import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.report.Tally.Counted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All frames one client has received, in order, each checked on arrival; used from any thread. */
final class Inbox {
  private final List<Received> all = new ArrayList<>();
  private final List<Received> unread = new ArrayList<>();
  private final Map<String, ThreadReader> threads;
  private @Nullable Throwable violation;
  private @Nullable Close close;
  private Predicate<Received> last = frame -> false;
  private boolean cut;

  /** Continues these threads, which an earlier connection may have read. */
  Inbox(Map<String, ThreadReader> threads) {
    this.threads = new LinkedHashMap<>(threads);
  }

  /** Discards every frame after the first one that matches. */
  synchronized void cutAfter(Predicate<Received> frame) {
    last = frame;
  }

  /** Discards every frame from now on. */
  synchronized void cut() {
    cut = true;
  }

  /** Adds a frame; returns whether it is the last one that counts. */
  synchronized boolean add(String text) {
    if (cut) {
      return true;
    }
    try {
      Received frame = new Received(Json.parse(text));
      all.add(frame);
      unread.add(frame);
      Schemas.checkServer(frame.json());
      read(frame);
      cut = last.test(frame);
      Tally.add(Counted.FAULTS, cut ? 1 : 0);
    } catch (AssertionError e) {
      violated(e);
    }
    notifyAll();
    return cut;
  }

  private void read(Received frame) {
    if (frame.isEvent()) {
      thread(frame.thread()).event(frame);
    } else {
      switch (frame.type()) {
        case "subscribed" -> thread(frame.thread()).subscribed(frame);
        case "gap" -> thread(frame.thread()).gap(frame);
        case "caught_up" -> thread(frame.thread()).caughtUp(frame);
        default -> {}
      }
    }
  }

  synchronized void violated(Throwable e) {
    if (violation == null) {
      violation = e;
    }
    notifyAll();
  }

  synchronized void closed(Close how) {
    if (close == null) {
      close = how;
    }
    notifyAll();
  }

  /** Takes the first matching frame that is not taken yet; frames before it stay. */
  synchronized Received take(String wanted, Predicate<Received> predicate, Duration bound) {
    Optional<Received> taken = awaitOr(bound, () -> first(predicate), () -> close != null);
    return taken.orElseThrow(() -> missed(wanted, bound));
  }

  private Optional<Received> first(Predicate<Received> predicate) {
    Optional<Received> found = unread.stream().filter(predicate).findFirst();
    found.ifPresent(unread::remove);
    return found;
  }

  /** Whether {@code later} arrived after {@code earlier}. */
  @SuppressWarnings("ReferenceEquality") // Two frames may be equal.
  synchronized boolean isAfter(Received later, Received earlier) {
    for (int i = all.size() - 1; all.get(i) != earlier; i--) {
      if (all.get(i) == later) {
        return true;
      }
    }
    return false;
  }

  synchronized Close awaitClose(Duration bound) {
    return awaitOr(bound, () -> Optional.ofNullable(close), () -> false)
        .orElseThrow(() -> missed("close", bound));
  }

  private AssertionError missed(String wanted, Duration bound) {
    return new AssertionError(
        "awaited: " + wanted + ", within " + bound + ", " + close + "; seen: " + summary());
  }

  /**
   * Returns empty when the bound has passed or no more frames can arrive. Called with the lock
   * held.
   */
  private <T> Optional<T> awaitOr(
      Duration bound, Supplier<Optional<T>> look, BooleanSupplier over) {
    long deadline = System.nanoTime() + bound.toNanos();
    try {
      while (true) {
        check();
        Optional<T> found = look.get();
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (found.isPresent() || over.getAsBoolean() || millis <= 0) {
          return found;
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted; seen: " + summary(), e);
    }
  }

  /** Fails if any frame so far was invalid. */
  synchronized void check() {
    if (violation != null) {
      throw new AssertionError(violation.getMessage() + "\nseen: " + summary(), violation);
    }
  }

  private String summary() {
    List<Received> last = all.subList(Math.max(0, all.size() - 60), all.size());
    return all.size()
        + " frames, last\n  "
        + String.join("\n  ", last.stream().map(Received::toString).toList());
  }

  synchronized ThreadReader thread(String name) {
    return threads.computeIfAbsent(name, absent -> new ThreadReader());
  }

  synchronized Map<String, ThreadReader> threads() {
    return Map.copyOf(threads);
  }

  synchronized List<Received> all() {
    return List.copyOf(all);
  }
}
