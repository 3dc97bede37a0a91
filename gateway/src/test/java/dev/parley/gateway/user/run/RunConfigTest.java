package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RunConfigTest {

  private static RunConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(RunConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems))
        .isEqualTo(
            new RunConfig(
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                Duration.ofMinutes(30),
                new AgentName("builtin")));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    Map<String, String> values =
        Map.of(
            "runs.first_timeout", "3s",
            "runs.idle_timeout", "1s",
            "runs.timeout", "2s",
            "agents.default", "my-agent");
    assertThat(read(values, problems))
        .isEqualTo(
            new RunConfig(
                Duration.ofSeconds(3),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                new AgentName("my-agent")));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    read(
        Map.of(
            "runs.first_timeout",
            "25h",
            "runs.idle_timeout",
            "0s",
            "runs.timeout",
            "169h",
            "agents.default",
            "My agent"),
        problems);
    assertThat(problems.lines())
        .containsExactly(
            "runs.first_timeout: 25h (expected: a duration from 100ms to 24h, in ms, s, m or h;"
                + " set on the command line)",
            "runs.idle_timeout: 0s (expected: a duration from 100ms to 24h, in ms, s, m or h;"
                + " set on the command line)",
            "runs.timeout: 169h (expected: a duration from 100ms to 168h, in ms, s, m or h;"
                + " set on the command line)",
            "agents.default: My agent (expected: 1 to 64 of a-z 0-9 -; set on the command line)");
  }
}
