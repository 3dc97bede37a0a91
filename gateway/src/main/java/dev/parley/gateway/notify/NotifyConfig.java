package dev.parley.gateway.notify;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.hook.HookReceiver;
import dev.parley.gateway.hook.ReceiverSettings;
import dev.parley.gateway.protocol.AgentName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who is told of the ends of runs by web hooks, and when.
 *
 * @param receiver nobody is told without one
 * @param after how long the user has to acknowledge an end
 * @param agents those whose runs are told; none means all
 */
public record NotifyConfig(
    Optional<HookReceiver> receiver, Duration after, TellWhen when, List<AgentName> agents) {

  /** To whom an end is told that nobody has acknowledged. */
  public enum TellWhen {
    /** Every user. */
    UNACKNOWLEDGED,

    /** A user without a connection. */
    NOT_CONNECTED
  }

  private static final ReceiverSettings RECEIVER =
      new ReceiverSettings("notify", "ends of runs that nobody acknowledges");

  private static final Setting<List<AgentName>> AGENTS =
      Setting.of(
          "notify.agents",
          "",
          Parsers.list(
              Parsers.matching(Pattern.compile("[a-z0-9-]{1,64}"), "1 to 64 of a-z 0-9 -")
                  .map(AgentName::new)),
          "Agents whose runs are told, separated by commas; empty: all.");

  public NotifyConfig {
    requireNonNull(receiver, "receiver");
    requireNonNull(after, "after");
    requireNonNull(when, "when");
    agents = List.copyOf(agents);
  }

  public static NotifyConfig read(Settings settings) {
    return new NotifyConfig(
        RECEIVER.read(settings),
        settings.get(
            "notify.after",
            "30s",
            Quantities.duration("0ms", "24h"),
            "Time that a user has to acknowledge the end of a run; then it is told."),
        settings.get(
            "notify.when",
            "unacknowledged",
            Parsers.oneOf(TellWhen.class),
            "not_connected: an end is not told while the user has a connection, whether it"
                + " acknowledges or not."),
        settings.get(AGENTS));
  }

  /** Refuses a key that signs something else too. */
  public void refuseSecret(Secret other, Settings settings) {
    RECEIVER.refuseSecret(other, settings);
  }

  /** Refuses names that are none of these agents. */
  public void checkAgents(Set<AgentName> known, Settings settings) {
    if (!known.containsAll(agents)) {
      Set<String> names = new TreeSet<>();
      known.forEach(name -> names.add(name.value()));
      settings.refuse(AGENTS, "some of " + String.join(", ", names));
    }
  }
}
