package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.IdSource;
import java.time.Duration;
import java.util.Arrays;
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
        .isEqualTo(new DrainConfig(Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20)));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    Map<String, String> all =
        Map.of("drain.notice", "3s", "drain.period", "1s", "drain.timeout", "2s");
    assertThat(read(all, problems))
        .isEqualTo(
            new DrainConfig(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertThat(problems.isEmpty()).isTrue();
  }

  /** As many clients as a large gateway has: none of 50 slots gets three times its share. */
  public void tenThousandConnectionsComeBackSpreadOverThePeriod() {
    Duration period = Duration.ofSeconds(5);
    DrainConfig config = new DrainConfig(Duration.ZERO, period, Duration.ZERO);
    IdSource ids = IdSource.random();
    int[] slots = new int[50];
    for (int i = 0; i < 10_000; i++) {
      long away = config.reconnectAfterMillis(ids.connection());
      assertThat(away).isBetween(500L, 500 + period.toMillis() - 1);
      slots[(int) ((away - 500) / 100)]++;
    }
    assertThat(Arrays.stream(slots)).allSatisfy(count -> assertThat(count).isBetween(70, 600));
  }

  public void withoutAPeriodAllComeBackAtTheSameTime() {
    DrainConfig config = new DrainConfig(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    assertThat(config.reconnectAfterMillis(IdSource.random().connection())).isEqualTo(500);
  }

  public void validations() {
    Problems problems = new Problems();
    Map<String, String> wrong =
        Map.of("drain.notice", "-1s", "drain.period", "11m", "drain.timeout", "2h");
    var ignored = read(wrong, problems);
    assertThat(problems.lines())
        .containsExactly(
            "drain.notice: -1s (expected: a duration from 0ms to 10m, in ms, s, m or h; set on the"
                + " command line)",
            "drain.period: 11m (expected: a duration from 0ms to 10m, in ms, s, m or h; set on the"
                + " command line)",
            "drain.timeout: 2h (expected: a duration from 0ms to 1h, in ms, s, m or h; set on the"
                + " command line)");
  }
}
