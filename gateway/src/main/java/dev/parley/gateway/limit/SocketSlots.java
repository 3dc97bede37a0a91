package dev.parley.gateway.limit;

import dev.parley.gateway.limit.SocketSlot.Account;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the sockets in all, those of one address while their users are unknown, and the HTTP
 * sockets of one user. Sockets of unknown users get half of all slots together, and beyond that the
 * oldest of them is evicted. Where users have all slots, an idle HTTP socket is evicted. Without a
 * slot, a few sockets may still be health checks.
 *
 * <p>Callable from any thread. The lock is held for a few instructions, once or twice for a socket
 * or an HTTP call.
 */
public final class SocketSlots {

  /** HTTP sockets of one user. */
  public static final int MAX_PER_USER = 32;

  /** HTTP sockets of users that are looked at for an idle one: those of four users. */
  static final int MAX_SEARCHED = 4 * MAX_PER_USER;

  /** How many times the sockets of an IPv6 /64 its /48 may have. */
  static final int NETWORK_FACTOR = 4;

  private static final int IPV6_ADDRESS_BYTES = 8;
  private static final int IPV6_NETWORK_BYTES = 6;

  private final int total;
  private final int perAddress;
  private final int maxProbes;
  private final BiConsumer<SocketEvent, SocketSlot> listener;
  private final Set<SocketSlot> unknown = new LinkedHashSet<>();
  private final Set<SocketSlot> callers = new LinkedHashSet<>();
  private final Set<SocketSlot> probes = new LinkedHashSet<>();
  private final Map<ByteBuffer, Set<SocketSlot>> byAddress = new HashMap<>();
  private final Map<Object, Set<SocketSlot>> byUser = new HashMap<>();
  private int open;

  /**
   * With these bounds.
   *
   * @param perAddress while the users of the sockets are unknown
   * @param maxProbes sockets without a slot
   * @param listener is called under the lock
   */
  public SocketSlots(
      int total, int perAddress, int maxProbes, BiConsumer<SocketEvent, SocketSlot> listener) {
    this.total = total;
    this.perAddress = perAddress;
    this.maxProbes = maxProbes;
    this.listener = listener;
  }

  /** Counts a socket that was accepted; {@link #leave} must follow. */
  public synchronized void enter(SocketSlot socket) {
    int share = Math.max(1, total / 2);
    boolean isShareLeft = unknown.size() < share;
    if ((isShareLeft && open < total) || evictOldest() || (isShareLeft && evictCaller())) {
      open++;
      unknown.add(socket);
      socket.account = Account.UNKNOWN;
    } else {
      probe(socket, SocketEvent.ALL_FULL);
    }
  }

  /** Only if enough others are left: else a socket would be closed before its request was read. */
  private boolean evictOldest() {
    if (unknown.size() <= maxProbes) {
      return false;
    }
    evict(unknown.iterator().next(), SocketEvent.OLDEST_EVICTED);
    return true;
  }

  private boolean evictCaller() {
    return evictIdle(callers.stream().limit(MAX_SEARCHED), SocketEvent.FULL_EVICTED);
  }

  private void probe(SocketSlot socket, SocketEvent refusal) {
    listener.accept(refusal, socket);
    if (probes.size() == maxProbes) {
      evict(probes.iterator().next());
    }
    probes.add(socket);
    socket.refusal = refusal;
    socket.account = Account.PROBE;
  }

  private void evict(SocketSlot socket, SocketEvent event) {
    listener.accept(event, socket);
    evict(socket);
  }

  private void evict(SocketSlot socket) {
    leave(socket);
    socket.evict();
  }

  /**
   * Sets the address of a socket, before its first request or, through a proxy, with each request:
   * then its user is unknown again.
   *
   * @param address null if only a trusted proxy is known
   */
  public synchronized void from(SocketSlot socket, @Nullable InetAddress address) {
    if (socket.account == Account.GONE || socket.account == Account.PROBE) {
      return;
    }
    if (socket.account != Account.UNKNOWN || socket.address != null) {
      leave(socket);
      enter(socket);
    }
    if (address != null && socket.account == Account.UNKNOWN) {
      socket.address = address;
      count(socket, address);
    }
  }

  private void count(SocketSlot socket, InetAddress address) {
    if (isFree(account(address), perAddress)
        && isFree(network(address), (long) NETWORK_FACTOR * perAddress)) {
      add(account(address), socket);
      add(network(address), socket);
      return;
    }
    leave(socket);
    probe(socket, SocketEvent.ADDRESS_FULL);
  }

  /** Evicts an idle HTTP socket if necessary: nothing is lost with it. */
  private boolean isFree(@Nullable ByteBuffer network, long max) {
    Set<SocketSlot> held = network == null ? Set.of() : byAddress.getOrDefault(network, Set.of());
    return held.size() < max || evictIdle(held.stream(), SocketEvent.IDLE_EVICTED);
  }

  private boolean evictIdle(Stream<SocketSlot> held, SocketEvent event) {
    Optional<SocketSlot> oldest = held.filter(SocketSlot::isIdle).findFirst();
    oldest.ifPresent(socket -> evict(socket, event));
    return oldest.isPresent();
  }

  private void add(@Nullable ByteBuffer network, SocketSlot socket) {
    if (network != null) {
      byAddress.computeIfAbsent(network, key -> new LinkedHashSet<>()).add(socket);
    }
  }

  /** The part of an address that counts as one client: IPv4 in full, 64 bits of IPv6. */
  public static ByteBuffer account(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address ? bytes.limit(IPV6_ADDRESS_BYTES) : bytes;
  }

  private static @Nullable ByteBuffer network(InetAddress address) {
    return address instanceof Inet6Address
        ? ByteBuffer.wrap(address.getAddress()).limit(IPV6_NETWORK_BYTES)
        : null;
  }

  /**
   * The last HTTP call of a socket had a valid token. If all slots of that user are busy, its user
   * stays unknown.
   */
  public synchronized void calledBy(SocketSlot socket, Object user) {
    boolean isCounted = socket.account == Account.UNKNOWN || socket.account == Account.CALLER;
    if (!isCounted || user.equals(socket.user)) {
      return;
    }
    Set<SocketSlot> held = byUser.getOrDefault(user, Set.of());
    if (held.size() < MAX_PER_USER || evictIdle(held.stream(), SocketEvent.CALLER_EVICTED)) {
      leave(socket);
      open++;
      socket.account = Account.CALLER;
      socket.user = user;
      callers.add(socket);
      byUser.computeIfAbsent(user, key -> new LinkedHashSet<>()).add(socket);
    }
  }

  /** From now on the user of a socket is known, and bounds its connections elsewhere. */
  public synchronized void known(SocketSlot socket) {
    if (socket.account == Account.UNKNOWN || socket.account == Account.CALLER) {
      leave(socket);
      open++;
      socket.account = Account.KNOWN;
    }
  }

  /** A request through a proxy was answered: the next one may be from another address. */
  public synchronized void answered(SocketSlot socket) {
    forgetAddress(socket);
  }

  /** Counts a socket no more. Idempotent. */
  public synchronized void leave(SocketSlot socket) {
    switch (socket.account) {
      case UNKNOWN -> {
        open--;
        unknown.remove(socket);
        forgetAddress(socket);
      }
      case CALLER -> {
        open--;
        callers.remove(socket);
        Object user = socket.user;
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

  private void forgetAddress(SocketSlot socket) {
    InetAddress address = socket.address;
    if (address == null) {
      return;
    }
    socket.address = null;
    byAddress.computeIfPresent(account(address), (key, held) -> without(held, socket));
    ByteBuffer network = network(address);
    if (network != null) {
      byAddress.computeIfPresent(network, (key, held) -> without(held, socket));
    }
  }

  private static @Nullable Set<SocketSlot> without(Set<SocketSlot> held, SocketSlot socket) {
    held.remove(socket);
    return held.isEmpty() ? null : held;
  }

  /** The sockets that have a slot. */
  public synchronized int open() {
    return open;
  }

  /** The sockets whose users are unknown. */
  public synchronized int unknown() {
    return unknown.size();
  }
}
