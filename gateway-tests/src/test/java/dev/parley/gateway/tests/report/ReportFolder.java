package dev.parley.gateway.tests.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a run's reports are, below the module's folder. */
final class ReportFolder {
  private static final Path FOLDER = Path.of("target");

  private ReportFolder() {}

  static void write(String name, String text) {
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
