package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.List;
import java.util.Map;

/** Settings of tokens that are refused. */
final class WrongSettings {

  private WrongSettings() {}

  /** Each problem is named by a line that begins so, and no line shows a secret. */
  static void checkNamed(Map<String, String> settings, List<String> lines, String... secrets) {
    Problems problems = new Problems();
    Settings.read(JwtConfig::read, settings, problems);
    assertThat(problems.lines()).hasSameSizeAs(lines);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(problems.lines().get(i)).startsWith(lines.get(i));
    }
    for (String secret : secrets) {
      assertThat(problems.lines().toString()).doesNotContain(secret);
    }
  }
}
