package dev.parley.gateway.transport;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * What stands between the clients and the gateway, and how long its connections are kept.
 *
 * @param trusted proxies that are believed where a connection comes from
 * @param protocol whether they begin each connection with a PROXY header
 * @param keepAlive time that an HTTP connection may be idle
 */
public record ProxyConfig(TrustedProxies trusted, Protocol protocol, Duration keepAlive) {

  /** The PROXY protocol (haproxy.org, proxy-protocol.txt), which is never guessed. */
  public enum Protocol {
    /** A connection begins with its first request. */
    OFF,
    /** A connection begins with a header of version 1 or 2, and comes from a trusted proxy. */
    REQUIRED
  }

  private static final Key<List<Network>> TRUSTED =
      Key.of(
          "server.trusted_proxies",
          "",
          Parsers.list(Network.PARSER),
          "Proxies whose X-Forwarded-For, or PROXY header, is accepted.");

  /** Public so that what rules it out can be told of it. */
  public static final Key<Protocol> PROTOCOL =
      Key.of(
          "server.proxy_protocol",
          "off",
          Parsers.oneOf(Protocol.class),
          "Whether every connection begins with a PROXY header (version 1 or 2); then connections"
              + " of others than server.trusted_proxies are closed.");

  private static final Key<Duration> KEEP_ALIVE =
      Key.of(
          "server.keep_alive",
          "75s",
          Quantities.duration("1s", "1h"),
          "Time that an HTTP connection may be idle between two requests; longer than proxies keep"
              + " theirs.");

  public static final List<Setting> KEYS = List.of(TRUSTED, PROTOCOL, KEEP_ALIVE);

  public ProxyConfig {
    requireNonNull(trusted, "trusted");
    requireNonNull(protocol, "protocol");
    requireNonNull(keepAlive, "keepAlive");
  }

  public static ProxyConfig read(Settings settings, Problems problems) {
    ProxyConfig config =
        new ProxyConfig(
            new TrustedProxies(settings.get(TRUSTED, problems)),
            settings.get(PROTOCOL, problems),
            settings.get(KEEP_ALIVE, problems));
    if (config.requiresHeader() && config.trusted().isEmpty()) {
      settings.refuse(PROTOCOL, "off, or the proxies in server.trusted_proxies", problems);
    }
    return config;
  }

  boolean requiresHeader() {
    return protocol == Protocol.REQUIRED;
  }
}
