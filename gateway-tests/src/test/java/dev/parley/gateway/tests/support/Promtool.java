package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prometheus' program that checks figures. {@code scripts/test} downloads it, where it is not
 * installed.
 */
public final class Promtool {
  private static final Path DOWNLOADED = Path.of("target/promtool/usr/bin");

  private Promtool() {}

  /** The program; empty where there is none. */
  public static Optional<Path> find() {
    String installed = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
            Stream.of(DOWNLOADED),
            Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(installed)
                .map(Path::of))
        .map(folder -> folder.resolve("promtool").toAbsolutePath())
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What it says about these figures; empty if nothing is wrong with them. */
  public static String check(String metrics) {
    try {
      Path said = Files.createTempFile("promtool", ".txt");
      try {
        Process process =
            new ProcessBuilder(find().orElseThrow().toString(), "check", "metrics")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try (var in = process.getOutputStream()) {
          in.write(metrics.getBytes(UTF_8));
        }
        if (!process.waitFor(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          return "promtool does not end";
        }
        String text = Files.readString(said);
        return process.exitValue() == 0 ? text : text + "exit code " + process.exitValue();
      } finally {
        Files.deleteIfExists(said);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
