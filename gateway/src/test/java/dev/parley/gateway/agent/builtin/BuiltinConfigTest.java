package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class BuiltinConfigTest {

  private static BuiltinConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(BuiltinConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems)).isEqualTo(new BuiltinConfig(Duration.ofMillis(30)));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    assertThat(read(Map.of("agents.builtin.pace", "0ms"), problems))
        .isEqualTo(new BuiltinConfig(Duration.ZERO));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    read(Map.of("agents.builtin.pace", "11s"), problems);
    assertThat(problems.lines())
        .containsExactly(
            "agents.builtin.pace: 11s (expected: a duration from 0ms to 10s, in ms, s, m or h;"
                + " set on the command line)");
  }
}
