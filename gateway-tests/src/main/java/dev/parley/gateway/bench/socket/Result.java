package dev.parley.gateway.bench.socket;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The measurements of one load on one server over all rounds. Used by one thread. */
final class Result {

  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Histogram nanos = new Histogram(3);
  private long frames;
  private long lasted;
  private long cpu;

  void add(Result other) {
    add(other.nanos, other.frames, other.lasted, other.cpu);
  }

  void add(Histogram window, long framesSeen, long lastedNanos, long cpuNanos) {
    nanos.add(window);
    frames += framesSeen;
    lasted += lastedNanos;
    cpu += cpuNanos;
  }

  double perCpuSecond() {
    return nanos.getTotalCount() * SECOND / Math.max(1, cpu);
  }

  double perSecond() {
    return perSecond(nanos.getTotalCount());
  }

  double cores() {
    return (double) cpu / Math.max(1, lasted);
  }

  private double perSecond(long count) {
    return count * SECOND / Math.max(1, lasted);
  }

  double millis(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  static String head() {
    return """
        | load | server | messages/s | frames/s | p50 ms | p99 ms | cores | messages/CPU s | of raw |
        |---|---|---|---|---|---|---|---|---|""";
  }

  String row(String load, String server, Result raw) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %,.0f | %,.0f | %.2f | %.2f | %.2f | %,.0f | %s |",
        load,
        server,
        perSecond(),
        perSecond(frames),
        millis(50),
        millis(99),
        cores(),
        perCpuSecond(),
        raw == this ? "" : String.format(Locale.ROOT, "%.2f", perCpuSecond() / raw.perCpuSecond()));
  }

  String json(String load, String server) {
    return String.format(
        Locale.ROOT,
        "{\"load\":\"%s\",\"server\":\"%s\",\"messages\":%d,\"frames\":%d,\"seconds\":%.3f,"
            + "\"cpu_seconds\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f}",
        load,
        server,
        nanos.getTotalCount(),
        frames,
        lasted / SECOND,
        cpu / SECOND,
        millis(50),
        millis(99),
        millis(99.9));
  }
}
