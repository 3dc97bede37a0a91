package dev.parley.gateway.bench;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Keeps a number of appends in flight, each to a different conversation thread. Used by one thread.
 */
final class CommitLoad {

  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Histogram nanos = new Histogram(MAX_NANOS, 3);
  private long count;
  private long lasted;

  /** Runs for these seconds; appends in flight at the end are awaited and counted. */
  void run(Engine engine, int inFlight, long seconds) throws InterruptedException {
    BlockingQueue<Integer> done = new ArrayBlockingQueue<>(inFlight);
    long[] begun = new long[inFlight];
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    for (int slot = 0; slot < inFlight; slot++) {
      append(engine, slot, begun, done);
    }
    for (int open = inFlight; open > 0; ) {
      int slot = done.take();
      long now = System.nanoTime();
      nanos.recordValue(Math.min(now - begun[slot], MAX_NANOS));
      count++;
      if (now < end) {
        append(engine, slot, begun, done);
      } else {
        open--;
      }
    }
    lasted += System.nanoTime() - start;
  }

  private static void append(Engine engine, int slot, long[] begun, BlockingQueue<Integer> done) {
    begun[slot] = System.nanoTime();
    engine
        .append(slot)
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                throw new IllegalStateException("append failed", failure);
              }
              done.add(slot);
            });
  }

  /** Adds what another load has measured. */
  void add(CommitLoad other) {
    nanos.add(other.nanos);
    count += other.count;
    lasted += other.lasted;
  }

  long perSecond() {
    return count * TimeUnit.SECONDS.toNanos(1) / Math.max(1, lasted);
  }

  double millis(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }
}
