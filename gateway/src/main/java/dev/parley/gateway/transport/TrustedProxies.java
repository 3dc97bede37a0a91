package dev.parley.gateway.transport;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proxies whose statements about the client address are accepted.
 *
 * @param networks of the proxies
 */
record TrustedProxies(List<Network> networks) {

  /** Some proxies add the port: {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}. */
  private static final Pattern HOP =
      Pattern.compile("\\[(?<v6>[^]]*)](:\\d+)?|(?<v4>[0-9.]+)(:\\d+)?|(?<bare>.*)");

  TrustedProxies {
    networks = List.copyOf(networks);
  }

  boolean isEmpty() {
    return networks.isEmpty();
  }

  boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /**
   * The client address according to trusted proxies. The header is read from right to left, up to
   * the first hop that is not trusted: entries left of it may be forged.
   *
   * @param peer the address of the peer of the socket
   * @param forwardedFor every {@code X-Forwarded-For} of the request, in order
   */
  InetAddress client(InetAddress peer, List<String> forwardedFor) {
    InetAddress client = peer;
    String hops = String.join(",", forwardedFor);
    int end = hops.length();
    while (end >= 0 && contains(client)) {
      int comma = hops.lastIndexOf(',', end - 1);
      Optional<InetAddress> hop = address(hops.substring(comma + 1, end).strip());
      if (hop.isEmpty()) {
        return client;
      }
      client = hop.get();
      end = comma;
    }
    return client;
  }

  private static Optional<InetAddress> address(String hop) {
    Matcher form = HOP.matcher(hop);
    if (!form.matches()) {
      return Optional.empty();
    }
    String v6 = form.group("v6");
    String v4 = form.group("v4");
    return Network.address(v6 != null ? v6 : v4 != null ? v4 : form.group("bare"));
  }
}
