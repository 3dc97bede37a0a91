package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class LimitConfigTest {

  private final Problems problems = new Problems();

  private static LimitConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(LimitConfig::read, values, problems);
  }

  public void defaults() {
    LimitConfig config = read(Map.of(), problems);
    assertThat(config.tiers()).hasSize(4);
    assertThat(config.tier("free")).isEqualTo(new Tier("free", 50, 10, 5, 1, 100, 64L << 20, 200));
    assertThat(config.tier("early"))
        .isEqualTo(new Tier("early", 100, 10, 5, 2, 100, 256L << 20, 1_000));
    assertThat(config.tier("mid")).isEqualTo(new Tier("mid", 200, 10, 5, 4, 100, 1L << 30, 5_000));
    assertThat(config.tier("enterprise"))
        .isEqualTo(new Tier("enterprise", 500, 10, 5, 16, 100, 16L << 30, 100_000));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Map<String, String> values =
        Map.of(
            "limits.commands_per_minute", "60",
            "limits.burst", "6",
            "limits.subscriptions", "9",
            "tiers.mid.rate", "1.5",
            "tiers.mid.connections", "7",
            "tiers.mid.open_runs", "8",
            "tiers.mid.stored_bytes", "10MiB",
            "tiers.mid.threads", "11");
    LimitConfig config = read(values, problems);
    assertThat(config.commandsPerMinute()).isEqualTo(60);
    assertThat(config.burst()).isEqualTo(6);
    assertThat(config.subscriptions()).isEqualTo(9);
    assertThat(config.tier("mid")).isEqualTo(new Tier("mid", 90, 6, 7, 8, 9, 10L << 20, 11));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems found = new Problems();
    Map<String, String> values =
        Map.of(
            "limits.commands_per_minute", "0",
            "limits.burst", "0",
            "limits.subscriptions", "0",
            "tiers.gold.rate", "0",
            "tiers.gold.connections", "0",
            "tiers.gold.open_runs", "0",
            "tiers.gold.stored_bytes", "1KiB",
            "tiers.gold.threads", "0");
    read(values, found);
    assertThat(found.lines()).hasSize(8);
    assertThatThrownBy(() -> new LimitConfig(1, 1, 1, Map.of())).hasMessage("tiers.early");
  }

  public void anUnknownTierIsAsEarly() {
    assertThat(read(Map.of(), problems).tier("no such tier").name()).isEqualTo("early");
  }

  public void aNewTierTakesFromEarlyWhatItDoesNotSay() {
    Map<String, String> values =
        Map.of("tiers.gold.rate", "3", "tiers.early.connections", "8", "tiers.early.rate", "2");
    LimitConfig config = read(values, problems);
    assertThat(config.tier("gold"))
        .isEqualTo(new Tier("gold", 300, 10, 8, 2, 100, 256L << 20, 1_000));
    assertThat(config.tier("mid").connections()).isEqualTo(5);
  }

  public void aFactorNeverLeavesNothing() {
    Map<String, String> values =
        Map.of("limits.commands_per_minute", "1", "tiers.free.rate", "0.01");
    assertThat(read(values, problems).tier("free").commandsPerMinute()).isEqualTo(1);
  }
}
