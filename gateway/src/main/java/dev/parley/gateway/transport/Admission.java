package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many connections each user has. A place is held as long as its channel is open, unless it was
 * given to a newer one. Called on every loop.
 */
public final class Admission {

  private static final String FULL =
      "connections: the most that your tier allows are open (expected: one of them closed, or named"
          + " as the one to replace)";

  /** What a stream that nobody reads any more may hold its place for. */
  private static final long STREAM_SECONDS = 60;

  private static final AttributeKey<ConnectionId> ID =
      AttributeKey.valueOf(Admission.class, "connection_id");

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

  /** From now on a newer connection may name this one. */
  static ConnectionId name(Channel channel, ConnectionId id) {
    channel.attr(ID).set(id);
    return id;
  }

  /**
   * Gives the channel a place among those of its user, if there is one left, or one is made. The
   * place of the connection that it replaces is handed over in the same step; one that is not of
   * this user, or not there, is passed over.
   */
  boolean admit(Principal principal, Channel channel, @Nullable ConnectionId replaces) {
    UserId user = principal.user();
    int most = cap.applyAsInt(principal);
    List<Channel> evicted = new ArrayList<>(0);
    List<Channel> now =
        places.compute(
            user,
            (key, held) -> {
              List<Channel> next = new ArrayList<>(held == null ? List.of() : held);
              next.stream()
                  .filter(each -> replaces != null && replaces.equals(each.attr(ID).get()))
                  .findFirst()
                  .filter(next::remove)
                  .ifPresent(evicted::add);
              boolean isHandedOver = !evicted.isEmpty();
              while (policy == Policy.EVICT && next.size() >= most) {
                evicted.add(next.remove(0));
              }
              if (isHandedOver || next.size() < most) {
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
  public Optional<Refusal> refusal(Principal principal) {
    boolean isFull = connections(principal.user()) >= cap.applyAsInt(principal);
    return isFull && policy == Policy.REFUSE ? Optional.of(full(principal)) : Optional.empty();
  }

  /**
   * What a bearer who is not let in is told: a place may be free again when the one of his
   * connections that has been silent for longest is declared dead.
   */
  Refusal full(Principal principal) {
    long seconds =
        places.getOrDefault(principal.user(), List.of()).stream()
            .mapToLong(Admission::secondsUntilDead)
            .min()
            .orElse(1);
    return Refusal.temporary(ErrorCode.QUOTA_EXCEEDED, FULL, Duration.ofSeconds(seconds));
  }

  private static long secondsUntilDead(Channel channel) {
    HeartbeatHandler heartbeat = channel.pipeline().get(HeartbeatHandler.class);
    if (heartbeat == null) {
      return STREAM_SECONDS;
    }
    long nanos = heartbeat.deadAtNanos() - channel.eventLoop().ticker().nanoTime();
    return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(nanos)) + 1 + Closer.PATIENCE.toSeconds();
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
