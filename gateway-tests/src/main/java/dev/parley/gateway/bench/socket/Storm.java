package dev.parley.gateway.bench.socket;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The totals of all clients that resume at once. Callable from any thread. */
final class Storm {

  private volatile long begin;
  private final AtomicLong lastConnected = new AtomicLong();
  private final AtomicLong lastCaughtUp = new AtomicLong();
  private final LongAdder retries = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /** Starts the clock. */
  void begin() {
    begin = System.nanoTime();
  }

  void connected() {
    lastConnected.accumulateAndGet(System.nanoTime() - begin, Math::max);
  }

  void triedAgain() {
    retries.increment();
  }

  void read(long newEvents, long newBytes) {
    events.add(newEvents);
    bytes.add(newBytes);
  }

  void caughtUp() {
    lastCaughtUp.accumulateAndGet(System.nanoTime() - begin, Math::max);
  }

  double connectedSeconds() {
    return lastConnected.get() / 1e9;
  }

  double caughtUpSeconds() {
    return lastCaughtUp.get() / 1e9;
  }

  long retries() {
    return retries.sum();
  }

  long events() {
    return events.sum();
  }

  double mebibytes() {
    return bytes.sum() / (double) (1 << 20);
  }
}
