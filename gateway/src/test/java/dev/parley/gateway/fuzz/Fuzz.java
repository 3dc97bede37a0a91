package dev.parley.gateway.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * What {@code scripts/fuzz} starts: the entry of the coverage-guided fuzzer Jazzer, which finds it
 * by name and form, and a program that writes examples or repeats one input.
 */
public final class Fuzz {

  private static final String TARGET = "parley.fuzz.target";

  private Fuzz() {}

  private static final class Chosen {
    static final FuzzRun RUN = new FuzzRun(FuzzTargets.named(System.getProperty(TARGET, "")));
  }

  /** Called by Jazzer for each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Chosen.RUN.take(input);
  }

  /**
   * {@code all list FILE}, {@code TARGET corpus FOLDER}, {@code TARGET input HEX}, or {@code TARGET
   * plain FILE INPUTS SEED MINUTES}, which tells there what was done, and keeps an input that fails
   * beside it.
   */
  public static void main(String[] args) throws IOException {
    String name = args[0];
    String value = args[2];
    switch (args[1]) {
      case "corpus" -> writeCorpus(FuzzTargets.named(name), Path.of(value));
      case "input" -> new FuzzRun(FuzzTargets.named(name)).take(HexFormat.of().parseHex(value));
      case "plain" ->
          run(
              new FuzzRun(FuzzTargets.named(name)),
              Path.of(value),
              Long.parseLong(args[3]),
              Long.parseLong(args[4]),
              Duration.ofMinutes(Long.parseLong(args[5])));
      default -> Files.write(Path.of(value), FuzzTargets.shares());
    }
  }

  /** Tells what was done in the words of libFuzzer. */
  private static void run(FuzzRun run, Path told, long inputs, long seed, Duration time)
      throws IOException {
    long start = System.nanoTime();
    try {
      long done = run.run(seed, inputs, time.toNanos());
      long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      Files.writeString(told, "Done " + done + " runs in " + seconds + " second(s)\n");
    } catch (AssertionError failure) {
      Files.write(told.resolveSibling("crash"), run.last());
      throw failure;
    }
  }

  /** Writes the examples, and the words in the form of a dictionary of libFuzzer. */
  private static void writeCorpus(FuzzTarget target, Path folder) throws IOException {
    Path examples = Files.createDirectories(folder.resolve("examples"));
    List<byte[]> all = target.examples();
    for (int i = 0; i < all.size(); i++) {
      Files.write(examples.resolve(Integer.toString(i)), all.get(i));
    }
    Files.write(
        folder.resolve("words"), Mutator.words(target.words()).stream().map(Fuzz::quoted).toList());
  }

  private static String quoted(byte[] word) {
    HexFormat hex = HexFormat.of().withPrefix("\\x");
    return '"' + hex.formatHex(word) + '"';
  }
}
