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
 * Tells from within a server what only the server knows. For each line that comes in, one line goes
 * out: {@code figures N} with that number and all figures, {@code collect N} the same behind a
 * forced collection of garbage, {@code record N} and {@code dump N PATH} around a {@link
 * LoopWatch}. Used by the thread that {@link #serve serves}.
 */
final class Probe {

  private static final Path STATUS = Path.of("/proc/self/status");

  private final Supplier<Map<String, Long>> figures;
  private final LoopWatch watch = new LoopWatch();

  /** Answers with these figures and those of the process. */
  Probe(Supplier<Map<String, Long>> figures) {
    this.figures = figures;
  }

  /** Returns when nothing can come any more: whoever asked has ended, or wants the server to. */
  void serve() throws IOException {
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      String[] words = line.split(" ", 3);
      answer(words[0], words.length > 2 ? words[2] : "");
      System.out.println("figures " + words[1] + ": " + all());
    }
  }

  private void answer(String question, String argument) throws IOException {
    switch (question) {
      case "collect" -> {
        System.gc();
        System.gc(); // what the first one found to be cleaned up is garbage for the second
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
    return all;
  }

  /** Bytes of memory that the kernel has given to the process; 0 where it does not tell. */
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
