package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** When the users of all processes got their notification. */
final class Arrivals {

  private final long[] nanos;
  private final long doubled;

  private Arrivals(long[] nanos, long doubled) {
    this.nanos = nanos;
    this.doubled = doubled;
  }

  /** The arrivals at these receivers, counted from a monotonic time. */
  static Arrivals read(List<Child> receivers, Path folder, long begin) throws IOException {
    Stream.Builder<String> lines = Stream.builder();
    for (int i = 0; i < receivers.size(); i++) {
      Path file = folder.resolve("arrivals-" + i);
      receivers.get(i).watched(file);
      Files.readAllLines(file).forEach(lines);
    }
    List<String[]> all = lines.build().map(line -> line.split(" ", 2)).toList();
    long[] nanos =
        all.stream()
            .filter(each -> !each[0].equals("0"))
            .mapToLong(each -> Long.parseLong(each[1]) - begin)
            .sorted()
            .toArray();
    return new Arrivals(nanos, all.stream().filter(each -> Integer.parseInt(each[0]) > 1).count());
  }

  /** How many users got it. */
  int count() {
    return nanos.length;
  }

  /** How many of them got it more than once. */
  long doubled() {
    return doubled;
  }

  /** Until so many of 100 had it. */
  double seconds(int percent) {
    int last = Math.max(0, nanos.length - 1);
    return nanos[(int) ((long) last * percent / 100)] / 1e9;
  }

  @Override
  public String toString() {
    return nanos.length + " users, " + doubled + " of them more than once";
  }
}
