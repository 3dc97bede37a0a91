package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class DrainConfigTest {

  private static DrainConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(DrainConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems))
        .isEqualTo(new DrainConfig(Duration.ofSeconds(5), Duration.ofSeconds(20)));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    assertThat(read(Map.of("drain.period", "1s", "drain.timeout", "2s"), problems))
        .isEqualTo(new DrainConfig(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    var ignored = read(Map.of("drain.period", "11m", "drain.timeout", "2h"), problems);
    assertThat(problems.lines())
        .containsExactly(
            "drain.period: 11m (expected: a duration from 0ms to 10m, in ms, s, m or h; set on the"
                + " command line)",
            "drain.timeout: 2h (expected: a duration from 0ms to 1h, in ms, s, m or h; set on the"
                + " command line)");
  }
}
