package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToIntFunction;

/**
 * How many connections each user has. A place is held exactly as long as its channel is open.
 * Called on every loop.
 */
public final class Admission {

  private static final String FULL = "connections: the most that your tier allows are open";
  private static final int RETRY_SECONDS = 5;

  private final ConcurrentMap<UserId, Integer> connections = new ConcurrentHashMap<>();
  private final ToIntFunction<Principal> cap;

  /** Lets in as many connections as the cap says for the bearer. */
  public Admission(ToIntFunction<Principal> cap) {
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

  /** Why another connection of this bearer would not be let in now, if so. */
  public Optional<Problem> refusal(Principal principal) {
    return connections(principal.user()) < cap.applyAsInt(principal)
        ? Optional.empty()
        : Optional.of(full());
  }

  /** What whoever is not let in is told. */
  static Problem full() {
    return Problem.retryAfter(429, ErrorCode.QUOTA_EXCEEDED, FULL, RETRY_SECONDS);
  }

  private void leave(UserId user) {
    connections.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  int connections(UserId user) {
    return connections.getOrDefault(user, 0);
  }
}
