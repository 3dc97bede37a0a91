package dev.parley.gateway.user.run;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How runs are bounded in time, and which agent answers.
 *
 * @param firstTimeout before the first event of the agent
 * @param idleTimeout between two events of the agent
 * @param timeout of the whole run
 * @param defaultAgent answers where no agent is named and none has answered before
 */
public record RunConfig(
    Duration firstTimeout, Duration idleTimeout, Duration timeout, AgentName defaultAgent) {

  private static final Key<Duration> FIRST_TIMEOUT =
      Key.of(
          "runs.first_timeout",
          "120s",
          Quantities.duration("100ms", "24h"),
          "Time until the first event of the agent after which a run fails.");
  private static final Key<Duration> IDLE_TIMEOUT =
      Key.of(
          "runs.idle_timeout",
          "120s",
          Quantities.duration("100ms", "24h"),
          "Time without another event of the agent after which a run fails. The time it waits for the"
              + " log does not count.");
  private static final Key<Duration> TIMEOUT =
      Key.of(
          "runs.timeout",
          "30m",
          Quantities.duration("100ms", "168h"),
          "Time after which a run fails, whatever its agent does.");
  private static final Key<AgentName> DEFAULT_AGENT =
      Key.of(
          "agents.default",
          "builtin",
          Parsers.matching(Pattern.compile("[a-z0-9-]{1,64}"), "1 to 64 of a-z 0-9 -")
              .map(AgentName::new),
          "Agent that answers where none is named and none has answered before.");

  public static final List<Setting> KEYS =
      List.of(DEFAULT_AGENT, FIRST_TIMEOUT, IDLE_TIMEOUT, TIMEOUT);

  public RunConfig {
    requireNonNull(firstTimeout, "firstTimeout");
    requireNonNull(idleTimeout, "idleTimeout");
    requireNonNull(timeout, "timeout");
    requireNonNull(defaultAgent, "defaultAgent");
  }

  public static RunConfig read(Settings settings, Problems problems) {
    return new RunConfig(
        settings.get(FIRST_TIMEOUT, problems),
        settings.get(IDLE_TIMEOUT, problems),
        settings.get(TIMEOUT, problems),
        settings.get(DEFAULT_AGENT, problems));
  }
}
