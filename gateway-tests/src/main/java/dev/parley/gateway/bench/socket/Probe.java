package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reports figures from inside a server. It answers each input line with one line {@code figures N:
 * {...}}, with the number of the request: {@code figures N} at once, {@code collect N} after a
 * forced garbage collection, {@code record N} and {@code dump N PATH} at the start and end of a
 * {@link LoopWatch}. Used by the thread that calls {@link #serve}.
 */
final class Probe {

  private static final Path STATUS = Path.of("/proc/self/status");

  private final Supplier<Map<String, Long>> figures;
  private final LoopWatch watch = new LoopWatch();

  /** A probe of these figures and the figures of the process. */
  Probe(Supplier<Map<String, Long>> figures) {
    this.figures = figures;
  }

  /** Answers until the input ends. */
  void serve() throws IOException {
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      String[] words = line.split(" ", 3);
      answer(words[0], words.length > 2 ? words[2] : "");
      System.out.println("figures " + words[1] + ": " + all());
    }
  }

  private void answer(String request, String argument) throws IOException {
    switch (request) {
      case "collect" -> {
        System.gc();
        System.gc(); // The second run frees objects whose cleaners ran after the first one.
      }
      case "record" -> watch.begin();
      case "dump" -> watch.end(Path.of(argument));
      default -> {}
    }
  }

  private Map<String, Long> all() throws IOException {
    Map<String, Long> all = new TreeMap<>(figures.get());
    all.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    all.put("resident", resident());
    all.put("threads", (long) ManagementFactory.getThreadMXBean().getThreadCount());
    return all;
  }

  /** Resident bytes of the process; 0 if the kernel does not report them. */
  private static long resident() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }
}
