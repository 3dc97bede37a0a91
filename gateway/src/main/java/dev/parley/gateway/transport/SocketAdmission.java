package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.Place.Account;
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
 * How many sockets there may be: in all, of one address as long as nobody knows whose they are, and
 * over HTTP of one user. Those of unknown users together get half of all places, and the oldest of
 * them makes room. For whom there is no place, a few are kept for health checks. Called on every
 * loop; it holds its lock for a few instructions, once or twice for a socket or an HTTP call.
 */
final class SocketAdmission {

  /** As many as are accepted at once: the request of one is read before the next ones come. */
  static final int PROBES = AcceptTurns.AT_ONCE;

  static final int CALLERS = 32;

  /** How many times the sockets of a /64 a whole /48 may have. */
  static final int WIDER = 4;

  private static final int IPV6_ADDRESS_BITS = 64;
  private static final int IPV6_NETWORK_BITS = 48;
  private static final int IPV4_BITS = 32;

  private final int total;
  private final int perAddress;
  private final Metrics metrics;
  private final SocketLog log;
  private final Set<Place> unknown = new LinkedHashSet<>();
  private final Set<Place> probes = new LinkedHashSet<>();
  private final Map<Network, Set<Place>> byAddress = new HashMap<>();
  private final Map<UserId, Set<Place>> byUser = new HashMap<>();
  private int open;

  /** So many sockets in all, and of one address as long as their users are unknown. */
  SocketAdmission(int total, int perAddress, Metrics metrics, SocketLog log) {
    this.total = total;
    this.perAddress = perAddress;
    this.metrics = metrics;
    this.log = log;
  }

  /** Counts a socket that has just been accepted; {@link #leave} must follow. */
  synchronized void enter(Place place) {
    int share = Math.max(1, total / 2);
    boolean isRoom = open < total && unknown.size() < share;
    if (isRoom || makeRoom()) {
      open++;
      unknown.add(place);
      place.account = Account.UNKNOWN;
    } else {
      probe(place, Fact.ALL_FULL);
    }
  }

  /** Only if it leaves enough others: else it would be closed before its request was read. */
  private boolean makeRoom() {
    if (unknown.size() <= PROBES) {
      return false;
    }
    evict(unknown.iterator().next(), Fact.OLDEST_CLOSED);
    return true;
  }

  private void probe(Place place, Fact bound) {
    log.say(bound, place);
    if (probes.size() == PROBES) {
      end(probes.iterator().next());
    }
    probes.add(place);
    place.bound = bound;
    place.account = Account.PROBE;
  }

  private void evict(Place place, Fact fact) {
    log.say(fact, place);
    end(place);
  }

  private void end(Place place) {
    metrics.socketEvicted();
    leave(place);
    place.close();
  }

  /**
   * Says where a socket comes from, before its first request or, through a proxy, with each: then
   * it is unknown again, whoever sent the last one.
   *
   * @param address null if only a trusted proxy is known
   */
  synchronized void from(Place place, @Nullable InetAddress address) {
    if (place.account == Account.GONE || place.account == Account.PROBE) {
      return;
    }
    if (place.account != Account.UNKNOWN || place.address != null) {
      leave(place);
      enter(place);
    }
    if (address != null && place.account == Account.UNKNOWN) {
      place.address = address;
      note(place, address);
    }
  }

  private void note(Place place, InetAddress address) {
    if (isRoom(account(address), perAddress)
        && isRoom(network(address), (long) WIDER * perAddress)) {
      join(account(address), place);
      join(network(address), place);
      return;
    }
    leave(place);
    probe(place, Fact.ADDRESS_FULL);
  }

  /** An idle HTTP socket makes room: nothing is lost with it. */
  private boolean isRoom(@Nullable Network network, long most) {
    Set<Place> held = network == null ? Set.of() : byAddress.getOrDefault(network, Set.of());
    return held.size() < most || evictIdle(held, Fact.IDLE_CLOSED);
  }

  private boolean evictIdle(Set<Place> held, Fact fact) {
    Optional<Place> oldest = held.stream().filter(Place::isIdle).findFirst();
    oldest.ifPresent(place -> evict(place, fact));
    return oldest.isPresent();
  }

  private void join(@Nullable Network network, Place place) {
    if (network != null) {
      byAddress.computeIfAbsent(network, key -> new LinkedHashSet<>()).add(place);
    }
  }

  /** What counts as one address. */
  private static Network account(InetAddress address) {
    return Network.of(address, address instanceof Inet6Address ? IPV6_ADDRESS_BITS : IPV4_BITS);
  }

  private static @Nullable Network network(InetAddress address) {
    return address instanceof Inet6Address ? Network.of(address, IPV6_NETWORK_BITS) : null;
  }

  /**
   * The last HTTP call had a good token. If all sockets of that user are busy, it stays unknown.
   */
  synchronized void calledBy(Place place, UserId user) {
    boolean isCounted = place.account == Account.UNKNOWN || place.account == Account.CALLER;
    if (!isCounted || user.equals(place.user)) {
      return;
    }
    Set<Place> held = byUser.getOrDefault(user, Set.of());
    if (held.size() < CALLERS || evictIdle(held, Fact.CALLER_CLOSED)) {
      leave(place);
      open++;
      place.account = Account.CALLER;
      place.user = user;
      byUser.computeIfAbsent(user, key -> new LinkedHashSet<>()).add(place);
    }
  }

  /** From now on its user is known, and bounded elsewhere. */
  synchronized void known(Place place) {
    if (place.account == Account.UNKNOWN || place.account == Account.CALLER) {
      leave(place);
      open++;
      place.account = Account.KNOWN;
    }
  }

  /** An HTTP request is answered that came through a proxy: the next may come from elsewhere. */
  synchronized void answered(Place place) {
    forget(place);
  }

  /** Why there is no place for it, so that it may be a health check only; null if there is one. */
  static @Nullable Fact bound(Place place) {
    return place.account == Account.PROBE ? place.bound : null;
  }

  /** Counts it no longer; idempotent. */
  synchronized void leave(Place place) {
    switch (place.account) {
      case UNKNOWN -> {
        open--;
        unknown.remove(place);
        forget(place);
      }
      case CALLER -> {
        open--;
        UserId user = place.user;
        if (user != null) {
          byUser.computeIfPresent(user, (key, held) -> without(held, place));
        }
      }
      case KNOWN -> open--;
      case PROBE -> probes.remove(place);
      case GONE -> {}
    }
    place.user = null;
    place.account = Account.GONE;
  }

  private void forget(Place place) {
    InetAddress address = place.address;
    if (address == null) {
      return;
    }
    place.address = null;
    byAddress.computeIfPresent(account(address), (key, held) -> without(held, place));
    Network network = network(address);
    if (network != null) {
      byAddress.computeIfPresent(network, (key, held) -> without(held, place));
    }
  }

  private static @Nullable Set<Place> without(Set<Place> held, Place place) {
    held.remove(place);
    return held.isEmpty() ? null : held;
  }

  /** How many sockets have a place, health checks aside. */
  synchronized int open() {
    return open;
  }

  synchronized int unknown() {
    return unknown.size();
  }
}
