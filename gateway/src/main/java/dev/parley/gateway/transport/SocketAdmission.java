package dev.parley.gateway.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many sockets there may be in all, and of one address as long as nobody knows whose they are;
 * of IPv6 a whole /64 counts as one address. Called on every loop.
 */
final class SocketAdmission {

  private final int total;
  private final int perAddress;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<Object, Integer> unknown = new ConcurrentHashMap<>();

  SocketAdmission(int total, int perAddress) {
    this.total = total;
    this.perAddress = perAddress;
  }

  /** Counts a socket, if there is room; {@link #leave} must follow then. */
  boolean enter() {
    if (open.incrementAndGet() <= total) {
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  void leave() {
    open.decrementAndGet();
  }

  /** Counts a socket of an unknown user, if there is room; {@link #forget} must follow then. */
  boolean note(Object address) {
    if (unknown.merge(address, 1, Integer::sum) <= perAddress) {
      return true;
    }
    forget(address);
    return false;
  }

  void forget(Object address) {
    unknown.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }

  int open() {
    return open.get();
  }

  int unknown() {
    return unknown.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What counts as one address. */
  static Object addressOf(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress socket)) {
      return remote;
    }
    return socket.getAddress() instanceof Inet6Address v6
        ? ByteBuffer.wrap(v6.getAddress()).getLong()
        : socket.getAddress();
  }
}
