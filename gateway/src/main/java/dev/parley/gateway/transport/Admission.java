package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToIntFunction;

/**
 * How many connections each user has. A place is held exactly as long as its channel is open.
 * Called on every loop.
 */
final class Admission {

  private final ConcurrentMap<UserId, Integer> connections = new ConcurrentHashMap<>();
  private final ToIntFunction<Principal> cap;

  Admission(ToIntFunction<Principal> cap) {
    this.cap = cap;
  }

  /** Gives the channel a place among those of its user, if there is one left. */
  boolean admit(Principal principal, Channel channel) {
    UserId user = principal.user();
    if (connections.merge(user, 1, Integer::sum) > cap.applyAsInt(principal)) {
      leave(user);
      return false;
    }
    channel.closeFuture().addListener(closed -> leave(user));
    return true;
  }

  private void leave(UserId user) {
    connections.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  int connections(UserId user) {
    return connections.getOrDefault(user, 0);
  }
}
