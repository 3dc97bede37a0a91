package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.CountedSocket.Account;
import dev.parley.gateway.transport.SocketLog.Fact;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the number of sockets: of the process, of one address while their users are unknown, and
 * of one user over HTTP. Sockets of unknown users get half of the total; beyond that the oldest is
 * evicted. A few sockets beyond a maximum are kept for health checks. Called on every loop; the
 * lock is held for a few instructions, once or twice for a socket or an HTTP call.
 */
final class SocketAdmission {

  /** One batch of accepted sockets: the request of each is read before the next batch comes. */
  static final int PROBES = AcceptBatchHandler.BATCH;

  static final int CALLERS = 32;

  /** A /48 may have this many times the sockets of a /64. */
  static final int NETWORK_FACTOR = 4;

  private static final int IPV6_ADDRESS_BITS = 64;
  private static final int IPV6_NETWORK_BITS = 48;
  private static final int IPV4_BITS = 32;

  private final int total;
  private final int perAddress;
  private final Metrics metrics;
  private final SocketLog log;
  private final Set<CountedSocket> unknown = new LinkedHashSet<>();
  private final Set<CountedSocket> probes = new LinkedHashSet<>();
  private final Map<Network, Set<CountedSocket>> byAddress = new HashMap<>();
  private final Map<UserId, Set<CountedSocket>> byUser = new HashMap<>();
  private int open;

  /**
   * Bounds the sockets.
   *
   * @param total of the process
   * @param perAddress of one address while their users are unknown
   */
  SocketAdmission(int total, int perAddress, Metrics metrics, SocketLog log) {
    this.total = total;
    this.perAddress = perAddress;
    this.metrics = metrics;
    this.log = log;
  }

  /** Counts a socket that was just accepted; {@link #leave} must follow. */
  synchronized void enter(CountedSocket socket) {
    int share = Math.max(1, total / 2);
    boolean isRoom = open < total && unknown.size() < share;
    if (isRoom || makeRoom()) {
      open++;
      unknown.add(socket);
      socket.account = Account.UNKNOWN;
    } else {
      probe(socket, Fact.ALL_FULL);
    }
  }

  /** Not if few are left: a new socket would be closed before its request is read. */
  private boolean makeRoom() {
    if (unknown.size() <= PROBES) {
      return false;
    }
    evict(unknown.iterator().next(), Fact.OLDEST_CLOSED);
    return true;
  }

  private void probe(CountedSocket socket, Fact bound) {
    log.say(bound, socket);
    if (probes.size() == PROBES) {
      end(probes.iterator().next());
    }
    probes.add(socket);
    socket.bound = bound;
    socket.account = Account.PROBE;
  }

  private void evict(CountedSocket socket, Fact fact) {
    log.say(fact, socket);
    end(socket);
  }

  private void end(CountedSocket socket) {
    metrics.socketEvicted();
    leave(socket);
    socket.close();
  }

  /**
   * Counts a socket by its address: before its first request or, through a proxy, with each
   * request. Its user is unknown again then.
   *
   * @param address null if only a trusted proxy is known
   */
  synchronized void from(CountedSocket socket, @Nullable InetAddress address) {
    if (socket.account == Account.GONE || socket.account == Account.PROBE) {
      return;
    }
    if (socket.account != Account.UNKNOWN || socket.address != null) {
      leave(socket);
      enter(socket);
    }
    if (address != null && socket.account == Account.UNKNOWN) {
      socket.address = address;
      note(socket, address);
    }
  }

  private void note(CountedSocket socket, InetAddress address) {
    if (isRoom(account(address), perAddress)
        && isRoom(network(address), (long) NETWORK_FACTOR * perAddress)) {
      join(account(address), socket);
      join(network(address), socket);
      return;
    }
    leave(socket);
    probe(socket, Fact.ADDRESS_FULL);
  }

  /** Evicts an idle HTTP socket if need be: nothing is lost with it. */
  private boolean isRoom(@Nullable Network network, long max) {
    Set<CountedSocket> held =
        network == null ? Set.of() : byAddress.getOrDefault(network, Set.of());
    return held.size() < max || evictIdle(held, Fact.IDLE_CLOSED);
  }

  private boolean evictIdle(Set<CountedSocket> held, Fact fact) {
    Optional<CountedSocket> oldest = held.stream().filter(CountedSocket::isIdle).findFirst();
    oldest.ifPresent(socket -> evict(socket, fact));
    return oldest.isPresent();
  }

  private void join(@Nullable Network network, CountedSocket socket) {
    if (network != null) {
      byAddress.computeIfAbsent(network, key -> new LinkedHashSet<>()).add(socket);
    }
  }

  /** The network that counts as one address. */
  private static Network account(InetAddress address) {
    return Network.of(address, address instanceof Inet6Address ? IPV6_ADDRESS_BITS : IPV4_BITS);
  }

  private static @Nullable Network network(InetAddress address) {
    return address instanceof Inet6Address ? Network.of(address, IPV6_NETWORK_BITS) : null;
  }

  /**
   * The last HTTP call had a valid token. If all sockets of the user are busy, it stays unknown.
   */
  synchronized void calledBy(CountedSocket socket, UserId user) {
    boolean isCounted = socket.account == Account.UNKNOWN || socket.account == Account.CALLER;
    if (!isCounted || user.equals(socket.user)) {
      return;
    }
    Set<CountedSocket> held = byUser.getOrDefault(user, Set.of());
    if (held.size() < CALLERS || evictIdle(held, Fact.CALLER_CLOSED)) {
      leave(socket);
      open++;
      socket.account = Account.CALLER;
      socket.user = user;
      byUser.computeIfAbsent(user, key -> new LinkedHashSet<>()).add(socket);
    }
  }

  /** Its user is known, and bounded elsewhere from now on. */
  synchronized void known(CountedSocket socket) {
    if (socket.account == Account.UNKNOWN || socket.account == Account.CALLER) {
      leave(socket);
      open++;
      socket.account = Account.KNOWN;
    }
  }

  /** A request through a proxy is answered: the next may have another client. */
  synchronized void answered(CountedSocket socket) {
    forget(socket);
  }

  /** The maximum that the socket is beyond; null if it is within all. */
  static @Nullable Fact bound(CountedSocket socket) {
    return socket.account == Account.PROBE ? socket.bound : null;
  }

  /** Stops counting the socket; idempotent. */
  synchronized void leave(CountedSocket socket) {
    switch (socket.account) {
      case UNKNOWN -> {
        open--;
        unknown.remove(socket);
        forget(socket);
      }
      case CALLER -> {
        open--;
        UserId user = socket.user;
        if (user != null) {
          byUser.computeIfPresent(user, (key, held) -> without(held, socket));
        }
      }
      case KNOWN -> open--;
      case PROBE -> probes.remove(socket);
      case GONE -> {}
    }
    socket.user = null;
    socket.account = Account.GONE;
  }

  private void forget(CountedSocket socket) {
    InetAddress address = socket.address;
    if (address == null) {
      return;
    }
    socket.address = null;
    byAddress.computeIfPresent(account(address), (key, held) -> without(held, socket));
    Network network = network(address);
    if (network != null) {
      byAddress.computeIfPresent(network, (key, held) -> without(held, socket));
    }
  }

  private static @Nullable Set<CountedSocket> without(
      Set<CountedSocket> held, CountedSocket socket) {
    held.remove(socket);
    return held.isEmpty() ? null : held;
  }

  /** The number of sockets, without those for health checks. */
  synchronized int open() {
    return open;
  }

  synchronized int unknown() {
    return unknown.size();
  }
}
