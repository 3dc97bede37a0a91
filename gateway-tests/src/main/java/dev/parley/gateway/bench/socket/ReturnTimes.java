package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;

/** When clients came back after a drain, counted from SIGTERM. Callable from any thread. */
final class ReturnTimes {

  private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final ConcurrentHistogram firstTries = new ConcurrentHistogram(MAX_NANOS, 3);
  private final ConcurrentHistogram pauses = new ConcurrentHistogram(MAX_NANOS, 3);
  private final ConcurrentLinkedQueue<Double> tried = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Double> returned = new ConcurrentLinkedQueue<>();
  private volatile long begin;
  private volatile double ended;
  private volatile double ready;

  /** SIGTERM is sent now. */
  void begin() {
    begin = System.nanoTime();
  }

  /** The process has ended. */
  void ended() {
    ended = seconds();
  }

  /** The next process is ready. */
  void ready() {
    ready = seconds();
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  void tried(boolean isFirst) {
    tried.add(seconds());
    if (isFirst) {
      firstTries.recordValue(Math.min(MAX_NANOS, System.nanoTime() - begin));
    }
  }

  void connected() {
    returned.add(seconds());
  }

  /** A client had no connection for so long, until it had caught up. */
  void paused(long nanos) {
    pauses.recordValue(Math.min(MAX_NANOS, nanos));
  }

  double endedSeconds() {
    return ended;
  }

  double readySeconds() {
    return ready;
  }

  int tries() {
    return tried.size();
  }

  double pause(double percentile) {
    return pauses.getValueAtPercentile(percentile) / 1e9;
  }

  /** From the first of the first tries to the last. */
  double spreadSeconds() {
    return (firstTries.getMaxValue() - firstTries.getMinValue()) / 1e9;
  }

  /** Draws tries and returns for each 100 ms, and the period over which they are to be spread. */
  void plot(Path file, int periodSeconds) throws IOException {
    double first = firstTries.getMinValue() / 1e9;
    new ReturnPlot(List.copyOf(tried), List.copyOf(returned))
        .write(file, ended, ready, first, first + periodSeconds);
  }
}
