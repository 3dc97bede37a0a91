package dev.parley.gateway.bench.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts what a load receives, and how late. */
final class Meter {

  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;

  private final Recorder nanos = new Recorder(HIGHEST_NANOS, DIGITS);
  private final LongAdder frames = new LongAdder();

  /** One frame with so many messages in it. Callable from any thread. */
  void add(long latencyNanos, long messages) {
    nanos.recordValueWithCount(Math.max(0, Math.min(latencyNanos, HIGHEST_NANOS)), messages);
    frames.increment();
  }

  /** Adds what arrives in a window of so many seconds from now on to the result. */
  void measure(Child server, int seconds, Result result) throws InterruptedException {
    nanos.reset();
    frames.reset();
    long cpu = server.cpuNanos();
    long begin = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    long lasted = System.nanoTime() - begin;
    Histogram window = nanos.getIntervalHistogram();
    result.add(window, frames.sum(), lasted, server.cpuNanos() - cpu);
  }
}
