package dev.parley.gateway.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;

/**
 * The pages that may connect, compared as a whole.
 *
 * @param own whether pages of the listener itself on loopback are among them
 */
record Origins(Set<String> allowed, boolean own) {

  private static final int DEFAULT_PORT = 80;

  /** Whether a page of this origin may use the socket with this local address. */
  boolean admits(String origin, SocketAddress local) {
    return allowed.contains(origin) || (own && isOwn(origin, local));
  }

  private static boolean isOwn(String origin, SocketAddress local) {
    if (!(local instanceof InetSocketAddress socket)) {
      return false;
    }
    String port = socket.getPort() == DEFAULT_PORT ? "" : ":" + socket.getPort();
    return origin.equals("http://127.0.0.1" + port) || origin.equals("http://localhost" + port);
  }
}
