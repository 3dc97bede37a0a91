package dev.parley.gateway.transport;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * Settings of proxies in front of the gateway, and of idle HTTP connections.
 *
 * @param trusted proxies whose statements about the client address are accepted
 * @param protocol whether each connection begins with a PROXY header
 * @param keepAlive time that an HTTP connection may be idle
 */
public record ProxyConfig(TrustedProxies trusted, Protocol protocol, Duration keepAlive) {

  /** The PROXY protocol (haproxy.org, proxy-protocol.txt). It is never detected. */
  public enum Protocol {
    /** A connection begins with its first request. */
    OFF,
    /** A connection comes from a trusted proxy and begins with a header of version 1 or 2. */
    REQUIRED
  }

  /** Public because other settings can rule it out. */
  public static final Setting<Protocol> PROTOCOL =
      Setting.of(
          "server.proxy_protocol",
          "off",
          Parsers.oneOf(Protocol.class),
          "Whether every connection begins with a PROXY header (version 1 or 2). If it is required,"
              + " connections from others than server.trusted_proxies are closed.");

  public ProxyConfig {
    requireNonNull(trusted, "trusted");
    requireNonNull(protocol, "protocol");
    requireNonNull(keepAlive, "keepAlive");
  }

  public static ProxyConfig read(Settings settings) {
    ProxyConfig config =
        new ProxyConfig(
            new TrustedProxies(
                settings.get(
                    "server.trusted_proxies",
                    "",
                    Parsers.list(Network.PARSER),
                    "Proxies whose X-Forwarded-For or PROXY header is accepted.")),
            settings.get(PROTOCOL),
            settings.get(
                "server.keep_alive",
                "75s",
                Quantities.duration("1s", "1h"),
                "Maximum idle time of an HTTP connection between two requests. Proxies should close"
                    + " theirs earlier."));
    if (config.requiresHeader() && config.trusted().isEmpty()) {
      settings.refuse(PROTOCOL, "off, or the proxies in server.trusted_proxies");
    }
    return config;
  }

  /** The same keep-alive, without a proxy in front. */
  ProxyConfig withoutProxy() {
    return new ProxyConfig(new TrustedProxies(List.of()), Protocol.OFF, keepAlive);
  }

  boolean requiresHeader() {
    return protocol == Protocol.REQUIRED;
  }
}
