package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToIntFunction;

/**
 * How many connections each user has. A place is held as long as its channel is open, unless it was
 * given to a newer one. Called on every loop.
 */
public final class Admission {

  private static final String FULL = "connections: the most that your tier allows are open";
  private static final int RETRY_SECONDS = 5;

  /** What becomes of a connection beyond the cap. */
  public enum Policy {
    /** It is refused. */
    REFUSE,
    /** The user's oldest one is closed for it. */
    EVICT
  }

  private final ConcurrentMap<UserId, List<Channel>> places = new ConcurrentHashMap<>();
  private final ToIntFunction<Principal> cap;
  private final Policy policy;

  /** Lets in as many connections as the cap says for the bearer. */
  public Admission(ToIntFunction<Principal> cap, Policy policy) {
    this.cap = cap;
    this.policy = policy;
  }

  /** Gives the channel a place among those of its user, if there is one left, or one is made. */
  boolean admit(Principal principal, Channel channel) {
    UserId user = principal.user();
    int most = cap.applyAsInt(principal);
    List<Channel> evicted = new ArrayList<>(0);
    List<Channel> now =
        places.compute(
            user,
            (key, held) -> {
              List<Channel> next = new ArrayList<>(held == null ? List.of() : held);
              while (policy == Policy.EVICT && next.size() >= most) {
                evicted.add(next.remove(0));
              }
              if (next.size() < most) {
                next.add(channel);
              }
              return List.copyOf(next);
            });
    if (!now.contains(channel)) {
      return false;
    }
    evicted.forEach(Admission::replace);
    channel.closeFuture().addListener(closed -> leave(user, channel));
    return true;
  }

  private static void replace(Channel channel) {
    HomeMove.execute(
        channel,
        () -> {
          Closer closer = channel.pipeline().get(Closer.class);
          if (closer != null) {
            closer.close(CloseReason.REPLACED);
          } else {
            channel.close();
          }
        });
  }

  /** Why another connection of this bearer would not be let in now, if so. */
  public Optional<Problem> refusal(Principal principal) {
    boolean isFull = connections(principal.user()) >= cap.applyAsInt(principal);
    return isFull && policy == Policy.REFUSE ? Optional.of(full()) : Optional.empty();
  }

  /** What whoever is not let in is told. */
  static Problem full() {
    return Problem.retryAfter(429, ErrorCode.QUOTA_EXCEEDED, FULL, RETRY_SECONDS);
  }

  private void leave(UserId user, Channel channel) {
    places.computeIfPresent(
        user,
        (key, held) -> {
          List<Channel> left = held.stream().filter(each -> !each.equals(channel)).toList();
          return left.isEmpty() ? null : left;
        });
  }

  int connections(UserId user) {
    return places.getOrDefault(user, List.of()).size();
  }
}
