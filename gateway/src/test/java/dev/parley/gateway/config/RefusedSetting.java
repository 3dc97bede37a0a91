package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Function;

/** A setting that a configuration does not take. */
public final class RefusedSetting {
  private RefusedSetting() {}

  /** Checks that this value is the only problem, and that the problem says what was expected. */
  public static void check(Function<Settings, ?> reader, String key, String text) {
    Problems problems = new Problems();
    Settings.read(reader, Map.of(key, text), problems);
    assertThat(problems.lines())
        .singleElement()
        .asString()
        .startsWith(key + ": " + text + " (expected: ");
  }
}
