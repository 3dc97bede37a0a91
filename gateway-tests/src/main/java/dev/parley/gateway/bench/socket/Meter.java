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
    Window window = open(server);
    TimeUnit.SECONDS.sleep(seconds);
    window.close(result);
  }

  /** Counts from now on, until the window is closed. */
  Window open(Child server) {
    nanos.reset();
    frames.reset();
    return new Window(server, server.cpuNanos(), System.nanoTime());
  }

  /** What arrives from some moment on. Used by the thread that opened it. */
  final class Window {

    private final Child server;
    private final long cpu;
    private final long begin;

    private Window(Child server, long cpu, long begin) {
      this.server = server;
      this.cpu = cpu;
      this.begin = begin;
    }

    /** Adds what arrived up to now to the result. */
    void close(Result result) {
      long lasted = System.nanoTime() - begin;
      Histogram arrived = nanos.getIntervalHistogram();
      result.add(arrived, frames.sum(), lasted, server.cpuNanos() - cpu);
    }
  }
}
