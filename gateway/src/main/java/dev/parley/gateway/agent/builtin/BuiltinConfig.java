package dev.parley.gateway.agent.builtin;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/** How fast the built-in agent writes. */
public record BuiltinConfig(Duration pace) {

  public BuiltinConfig {
    requireNonNull(pace, "pace");
  }

  public static BuiltinConfig read(Settings settings) {
    return new BuiltinConfig(
        settings.get(
            "agents.builtin.pace",
            "30ms",
            Quantities.duration("0ms", "10s"),
            "Pause of the built-in agent before each piece of its answer."));
  }
}
