package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

/**
 * What a level of compression costs and saves for events of one size, each compressed by itself:
 * CPU time of this thread for an event, and bytes of its text.
 */
final class DeflateLevels {

  private static final int[] SIZES = {150, 256, 512, 2_048, 20_000};
  private static final int[] LEVELS = {1, 3, 6};
  private static final int EVENTS = 50;
  private static final String[] WORDS =
      ("the gateway answers when a run has ended and its events are stored so every client may read"
              + " them again from where it was without a gap while another one still writes more"
              + " text about weather numbers cities people between morning evening")
          .split(" ", -1);

  private DeflateLevels() {}

  /** Measures all levels with so many bytes of text each, at least a round, and prints a table. */
  static void show(int bytes, PrintStream out) {
    out.println("| event bytes | level | bytes of text | CPU µs per event |");
    out.println("|---|---|---|---|");
    for (int size : SIZES) {
      for (int level : LEVELS) {
        show(events(size), level, bytes, out);
      }
    }
  }

  private static List<byte[]> events(int size) {
    SplittableRandom random = new SplittableRandom(size);
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      StringBuilder event =
          new StringBuilder("{\"type\":\"agent_message\",\"thread_id\":\"t1\",\"seq\":")
              .append(i)
              .append(",\"run_id\":\"r_")
              .append(Long.toString(random.nextLong() >>> 1, 36))
              .append("\",\"payload\":{\"text\":\"");
      while (event.length() < size - 3) {
        event.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      }
      event.setLength(size - 3);
      events.add(event.append("\"}}").toString().getBytes(UTF_8));
    }
    return events;
  }

  private static void show(List<byte[]> events, int level, int bytes, PrintStream out) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int size = events.get(0).length;
    int rounds = Math.max(1, bytes / size / EVENTS);
    Deflater deflater = new Deflater(level, true);
    byte[] result = new byte[size + 64];
    run(events, rounds / 4, deflater, result);
    long begin = threads.getCurrentThreadCpuTime();
    long compressed = run(events, rounds, deflater, result);
    long nanos = threads.getCurrentThreadCpuTime() - begin;
    deflater.end();
    double count = (double) rounds * EVENTS;
    out.printf(
        Locale.ROOT,
        "| %,d | %d | %.2f | %.1f |%n",
        size,
        level,
        compressed / count / size,
        nanos / count / 1_000);
  }

  private static long run(List<byte[]> events, int rounds, Deflater deflater, byte[] result) {
    long bytes = 0;
    for (int round = 0; round < rounds; round++) {
      for (byte[] event : events) {
        deflater.setInput(event);
        bytes += deflater.deflate(result, 0, result.length, Deflater.SYNC_FLUSH) - 4;
        deflater.reset();
      }
    }
    return bytes;
  }
}
