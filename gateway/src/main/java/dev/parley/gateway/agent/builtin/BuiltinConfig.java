package dev.parley.gateway.agent.builtin;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the built-in agent.
 *
 * @param pace the pause before each delta
 */
public record BuiltinConfig(Duration pace) {

  private static final Key<Duration> PACE =
      Key.of(
          "agents.builtin.pace",
          "30ms",
          Quantities.duration("0ms", "10s"),
          "Pause of the built-in agent before each piece of its answer.");

  public static final List<Setting> KEYS = List.of(PACE);

  public BuiltinConfig {
    requireNonNull(pace, "pace");
  }

  public static BuiltinConfig read(Settings settings, Problems problems) {
    return new BuiltinConfig(settings.get(PACE, problems));
  }
}
