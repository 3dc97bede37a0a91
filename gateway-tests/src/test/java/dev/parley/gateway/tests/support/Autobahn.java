package dev.parley.gateway.tests.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** Autobahn, a WebSocket library of Python, which {@code scripts/test} downloads. */
public final class Autobahn {
  /** The folder of its packages. */
  public static final Path PACKAGES =
      Path.of("target/autobahn/usr/lib/python3/dist-packages").toAbsolutePath();

  private Autobahn() {}

  /** Whether its packages are there. */
  public static boolean isThere() {
    return Files.isDirectory(PACKAGES.resolve("autobahn"))
        && Files.isDirectory(PACKAGES.resolve("txaio"));
  }
}
