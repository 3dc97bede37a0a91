package dev.parley.gateway.transport;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.tls.TlsConfig;
import java.util.Optional;

/**
 * Settings of the listener that operators have of their own: HTTP alone.
 *
 * @param tls whether it speaks TLS, as the listener of users does
 */
public record OpsConfig(String host, int port, boolean tls) {

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

  private static final Setting<Boolean> TLS =
      Setting.of(
          "ops.tls",
          "true",
          Parsers.bool(),
          "Whether ops.port speaks TLS with the certificate of server.tls, if that is set; false on"
              + " loopback alone, for programs of this machine that scrape.");

  public OpsConfig {
    requireNonNull(host, "host");
  }

  /** Empty if operators use the listener of users. */
  public static Optional<OpsConfig> read(Settings settings) {
    String host = settings.get(HOST);
    Optional<Integer> port = settings.get(PORT);
    boolean tls = settings.get(TLS);
    if (settings.isSet(HOST) && !settings.isSet(PORT)) {
      settings.refuse(HOST, "ops.port beside it");
    }
    if (settings.isSet(TLS) && !(TlsConfig.isSet(settings) && settings.isSet(PORT))) {
      settings.refuse(TLS, "not set without server.tls and ops.port");
    }
    if (!tls && !BindAddress.isLoopback(host)) {
      settings.refuse(TLS, "true, or a loopback address in ops.host");
    }
    return port.map(number -> new OpsConfig(host, number, tls));
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
