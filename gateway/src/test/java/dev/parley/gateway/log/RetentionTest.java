package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RetentionTest {

  private static Retention read(Map<String, String> values, Problems problems) {
    return Settings.read(Retention::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    Retention retention = new Retention(Duration.ofDays(7), 10_000, 16 << 20);
    assertThat(read(Map.of(), problems)).isEqualTo(retention).isEqualTo(Retention.DEFAULT);
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    Map<String, String> values =
        Map.of(
            "retention.age",
            "1h",
            "retention.records",
            "7",
            "retention.bytes",
            "64KiB",
            "retention.grace",
            "5m");
    assertThat(read(values, problems))
        .isEqualTo(new Retention(Duration.ofHours(1), 7, 64 << 10, Duration.ofMinutes(5)));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    read(
        Map.of("retention.age", "7d", "retention.records", "0", "retention.bytes", "16MB"),
        problems);
    assertThat(problems.lines())
        .containsExactly(
            "retention.age: 7d (expected: a duration from 1m to 87600h, in ms, s, m or h;"
                + " set on the command line)",
            "retention.records: 0 (expected: an integer from 1 to 1000000000;"
                + " set on the command line)",
            "retention.bytes: 16MB (expected: a size from 1 to 2047MiB, in bytes, KiB, MiB or"
                + " GiB; set on the command line)");
  }
}
