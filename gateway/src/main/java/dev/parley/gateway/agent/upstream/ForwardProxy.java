package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * An HTTP proxy to the outside. {@code https} goes through a tunnel ({@code CONNECT}), {@code http}
 * with the whole URL as the target of the request (RFC 9110, section 9.3.6; RFC 9112, section
 * 3.2.2).
 *
 * @param credentials {@code user:password}; never shown
 */
public record ForwardProxy(String host, int port, Optional<Secret> credentials) {

  static final Parser<Optional<ForwardProxy>> PARSER =
      new Parser<>(
              "http://host:port or http://user:password@host:port",
              true,
              MappingForm.NONE,
              text -> parse(text.strip()))
          .map(Optional::of);

  private static Optional<ForwardProxy> parse(String text) {
    try {
      URI uri = new URI(text);
      boolean usable =
          "http".equalsIgnoreCase(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
      return usable
          ? Optional.of(
              new ForwardProxy(
                  ServiceUrl.host(uri),
                  uri.getPort(),
                  Optional.ofNullable(uri.getUserInfo()).map(Secret::of)))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
