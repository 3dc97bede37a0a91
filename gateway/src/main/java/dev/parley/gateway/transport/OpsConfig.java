package dev.parley.gateway.transport;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.util.Optional;

/** Settings of the listener that operators have of their own: HTTP alone. */
public record OpsConfig(String host, int port) {

  /** Public because other settings can rule out this host. */
  public static final Setting<String> HOST =
      Setting.of(
          "ops.host",
          "127.0.0.1",
          BindAddress.PARSER,
          "Address of the listener for operators. On any address but loopback `/metrics` needs a"
              + " token, as all other calls do.");

  private static final Setting<Optional<Integer>> PORT =
      Setting.optional(
          "ops.port",
          Parsers.integer(0, 65535),
          "Port of a listener for operators; 0 means any free port. Their calls are on it, and no"
              + " longer on server.port.");

  public OpsConfig {
    requireNonNull(host, "host");
  }

  /** Empty if operators use the listener of users. */
  public static Optional<OpsConfig> read(Settings settings) {
    String host = settings.get(HOST);
    Optional<Integer> port = settings.get(PORT);
    if (settings.isSet(HOST) && !settings.isSet(PORT)) {
      settings.refuse(HOST, "ops.port beside it");
    }
    return port.map(number -> new OpsConfig(host, number));
  }

  /** Refuses the port of the listener of users. */
  public void checkPort(int other, Settings settings) {
    if (port != 0 && port == other) {
      settings.refuse(PORT, "another port than server.port");
    }
  }

  /** Whether only this machine can reach the host. */
  public boolean isLoopback() {
    return BindAddress.isLoopback(host);
  }
}
