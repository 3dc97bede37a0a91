package dev.parley.gateway.bench.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts the messages that a load receives, and records their latency. */
final class Meter {

  private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;

  private final Recorder nanos = new Recorder(MAX_NANOS, DIGITS);
  private final LongAdder frames = new LongAdder();

  /** Adds one frame with this number of messages. Callable from any thread. */
  void add(long latencyNanos, long messages) {
    nanos.recordValueWithCount(Math.max(0, Math.min(latencyNanos, MAX_NANOS)), messages);
    frames.increment();
  }

  /** Adds the messages of the next seconds to the result. */
  void measure(Child server, int seconds, Result result) throws InterruptedException {
    Window window = open(server);
    TimeUnit.SECONDS.sleep(seconds);
    window.close(result);
  }

  /** Starts a window, which counts until it is closed. */
  Window open(Child server) {
    nanos.reset();
    frames.reset();
    return new Window(server, server.cpuNanos(), System.nanoTime());
  }

  /** A measurement from its opening to its close. Used by one thread. */
  final class Window {

    private final Child server;
    private final long cpu;
    private final long begin;

    private Window(Child server, long cpu, long begin) {
      this.server = server;
      this.cpu = cpu;
      this.begin = begin;
    }

    /** Adds the messages of the window to the result. */
    void close(Result result) {
      long lasted = System.nanoTime() - begin;
      Histogram arrived = nanos.getIntervalHistogram();
      result.add(arrived, frames.sum(), lasted, server.cpuNanos() - cpu);
    }
  }
}
