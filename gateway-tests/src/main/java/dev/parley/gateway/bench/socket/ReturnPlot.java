package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A plot as SVG: how many clients tried to connect, and how many were connected, in each 100 ms
 * since SIGTERM.
 */
final class ReturnPlot {

  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 300;
  private static final int EDGE = 40;
  private static final double BUCKET = 0.1;

  private final long[] tried;
  private final long[] returned;
  private final double end;
  private final long highest;

  ReturnPlot(List<Double> tried, List<Double> returned) {
    double last =
        Math.max(
            tried.stream().mapToDouble(each -> each).max().orElse(0),
            returned.stream().mapToDouble(each -> each).max().orElse(0));
    int buckets = (int) (last / BUCKET) + 2;
    this.tried = counts(tried, buckets);
    this.returned = counts(returned, buckets);
    this.end = buckets * BUCKET;
    long max = 1;
    for (int i = 0; i < buckets; i++) {
      max = Math.max(max, Math.max(this.tried[i], this.returned[i]));
    }
    this.highest = max;
  }

  private static long[] counts(List<Double> times, int buckets) {
    long[] counts = new long[buckets];
    times.forEach(each -> counts[(int) Math.max(0, each / BUCKET)]++);
    return counts;
  }

  /** Writes it, with lines where the process ended, where the next was ready, and the period. */
  void write(Path file, double ended, double ready, double from, double to) throws IOException {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"11\">%n",
            WIDTH + 2 * EDGE,
            HEIGHT + 2 * EDGE));
    rect(svg, from, to - from, HEIGHT, "#eef2f7");
    bars(svg, tried, "#c9ced6");
    bars(svg, returned, "#2b6cb0");
    line(svg, ended, "the process ended", 12);
    line(svg, ready, "the next was ready", 26);
    for (int second = 0; second <= end; second++) {
      text(svg, x(second), HEIGHT + EDGE + 14, Integer.toString(second));
    }
    text(
        svg,
        EDGE,
        EDGE - 24,
        "grey: tries in 100 ms; blue: connections in 100 ms; highest: " + highest);
    text(
        svg,
        EDGE,
        HEIGHT + EDGE + 30,
        "seconds since SIGTERM; shaded: drain.period from the first try on");
    svg.append("</svg>\n");
    Files.writeString(file, svg);
  }

  private double x(double seconds) {
    return EDGE + WIDTH * seconds / end;
  }

  private void bars(StringBuilder svg, long[] counts, String colour) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        rect(svg, i * BUCKET, 0.8 * BUCKET, (double) HEIGHT * counts[i] / highest, colour);
      }
    }
  }

  private void rect(StringBuilder svg, double from, double length, double height, String colour) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
            x(from),
            EDGE + HEIGHT - height,
            WIDTH * length / end,
            height,
            colour));
  }

  private void line(StringBuilder svg, double seconds, String label, int below) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%.1f %d v%d\" stroke=\"#c53030\" stroke-dasharray=\"3\"/>%n",
            x(seconds),
            EDGE,
            HEIGHT));
    text(svg, x(seconds) + 4, EDGE + below, label);
  }

  private static void text(StringBuilder svg, double x, int y, String text) {
    svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>%n", x, y, text));
  }
}
