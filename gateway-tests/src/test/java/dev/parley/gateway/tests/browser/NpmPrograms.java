package dev.parley.gateway.tests.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.SkipException;

/** Programs of {@code src/test/npm}, which need packages that {@code scripts/test} installs. */
public final class NpmPrograms {
  private static final Path PACKAGES = Path.of("target/npm").toAbsolutePath();
  private static final Path SCRIPTS = Path.of("src/test/npm").toAbsolutePath();

  private NpmPrograms() {}

  /** Starts the program. Skips the test if the package it needs is not installed. */
  public static NodeProgram start(String needed, String script, String... arguments) {
    if (!Files.isDirectory(PACKAGES.resolve("node_modules").resolve(needed))) {
      throw new SkipException(
          PACKAGES + ": no " + needed + " (expected: installed by scripts/test, which needs npm)");
    }
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    return NodeProgram.start(
        Map.of("NODE_PROGRAMS", PACKAGES.toString()), command.toArray(String[]::new));
  }
}
