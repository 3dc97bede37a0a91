package dev.parley.gateway.user.run;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.time.Duration;
import java.util.regex.Pattern;

/** The timeouts of runs, and the agent that answers by default. */
public record RunConfig(
    Duration firstTimeout, Duration idleTimeout, Duration timeout, AgentName defaultAgent) {

  private static final Pattern AGENT = Pattern.compile("[a-z0-9-]{1,64}");

  public RunConfig {
    requireNonNull(firstTimeout, "firstTimeout");
    requireNonNull(idleTimeout, "idleTimeout");
    requireNonNull(timeout, "timeout");
    requireNonNull(defaultAgent, "defaultAgent");
  }

  public static RunConfig read(Settings settings) {
    return new RunConfig(
        settings.get(
            "runs.first_timeout",
            "120s",
            Quantities.duration("100ms", "24h"),
            "Maximum time until the first event of the agent; then the run fails."),
        settings.get(
            "runs.idle_timeout",
            "120s",
            Quantities.duration("100ms", "24h"),
            "Maximum time between two events of the agent; then the run fails. Time in which the"
                + " agent waits for the log or for a tool does not count."),
        settings.get(
            "runs.timeout",
            "30m",
            Quantities.duration("100ms", "168h"),
            "Maximum time of a run; then it fails."),
        settings.get(
            "agents.default",
            "builtin",
            Parsers.matching(AGENT, "1 to 64 of a-z 0-9 -").map(AgentName::new),
            "Agent that answers if the command names none and none has answered in the thread."));
  }
}
