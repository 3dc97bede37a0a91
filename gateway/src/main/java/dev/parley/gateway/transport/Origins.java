package dev.parley.gateway.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;

/**
 * The origins of pages that may connect, compared as whole strings.
 *
 * @param own whether pages of the listener itself, on loopback, may connect too
 * @param isTls whether these have the scheme {@code https}
 */
record Origins(Set<String> allowed, boolean own, boolean isTls) {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Whether a page of this origin may use the socket with this local address. */
  boolean admits(String origin, SocketAddress local) {
    return allowed.contains(origin) || (own && isOwn(origin, local));
  }

  private boolean isOwn(String origin, SocketAddress local) {
    if (!(local instanceof InetSocketAddress socket)) {
      return false;
    }
    String port =
        socket.getPort() == (isTls ? HTTPS_PORT : HTTP_PORT) ? "" : ":" + socket.getPort();
    String address = socket.getAddress() instanceof Inet6Address ? "[::1]" : "127.0.0.1";
    String scheme = isTls ? "https://" : "http://";
    return origin.equals(scheme + address + port) || origin.equals(scheme + "localhost" + port);
  }
}
