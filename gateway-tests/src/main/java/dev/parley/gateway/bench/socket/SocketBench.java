package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Measures the whole gateway over sockets. Arguments: {@code scenario name=value…}. Prints a table
 * and the same as one line of JSON.
 */
public final class SocketBench {

  private SocketBench() {}

  /** Runs a scenario. Creates the folder and deletes the files it made there. */
  public static void main(String[] args) throws IOException, InterruptedException {
    run(Options.parse(args), System.out);
  }

  static void run(Options options, PrintStream out) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(options.folder());
    Path made = Files.createTempDirectory(folder, "bench");
    try {
      switch (options.scenario()) {
        case "idle" -> IdleBench.run(options, made, out);
        case "services" -> ServicesBench.run(options, made, out);
        case "broadcast" -> BroadcastBench.run(options, made, out);
        case "drain" -> DrainBench.run(options, made, out);
        case "deflate" -> DeflateBench.run(options, made, out);
        case "resume" -> ResumeBench.run(options, made, out);
        default -> StreamBench.run(options, made, out);
      }
    } finally {
      deleteAll(made);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
