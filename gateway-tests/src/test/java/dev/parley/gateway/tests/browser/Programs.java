package dev.parley.gateway.tests.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs of this machine that a test needs. */
public final class Programs {
  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private Programs() {}

  /**
   * The program named by the system property {@code parley.test.<first name>}, or else found in
   * PATH.
   */
  public static Path find(String... names) {
    String named = System.getProperty("parley.test." + names[0]);
    if (named != null) {
      return Path.of(named);
    }
    return Stream.of(names)
        .flatMap(name -> folders().map(folder -> folder.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "PATH: none of %s (expected: installed, or DISABLE_EXTERNAL_DEPENDENCIES=true)"
                        .formatted(List.of(names))));
  }

  private static Stream<Path> folders() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(SEPARATOR.splitAsStream(path), Stream.of("/usr/sbin")).map(Path::of);
  }
}
