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
 * Bounds the connections of each user. A channel counts until it closes, unless a newer one has
 * replaced it. Called on every loop.
 */
public final class Admission {

  private static final String FULL =
      "connections: the maximum of your tier is open (expected: one of them closed, or named as the"
          + " one to replace)";

  /** How long an event stream may count after its reader has gone. */
  private static final long STREAM_SECONDS = 60;

  private static final AttributeKey<ConnectionId> ID =
      AttributeKey.valueOf(Admission.class, "connection_id");

  /** What happens to a connection beyond the maximum. */
  public enum Policy {
    /** It is refused. */
    REFUSE,
    /** The oldest connection of the user is closed. */
    EVICT
  }

  private final ConcurrentMap<UserId, List<Channel>> channels = new ConcurrentHashMap<>();
  private final ToIntFunction<Principal> max;
  private final Policy policy;

  /** Admits connections of a user up to the maximum for the principal. */
  public Admission(ToIntFunction<Principal> max, Policy policy) {
    this.max = max;
    this.policy = policy;
  }

  /** Names the connection, so that a newer one can replace it. */
  static ConnectionId name(Channel channel, ConnectionId id) {
    channel.attr(ID).set(id);
    return id;
  }

  /**
   * Admits the channel if the user has fewer connections than the maximum, or if one is evicted.
   * The connection that it replaces is removed in the same step. A connection to replace that is
   * unknown or of another user is ignored.
   *
   * @return whether the channel was admitted
   */
  boolean admit(Principal principal, Channel channel, @Nullable ConnectionId replaces) {
    UserId user = principal.user();
    int limit = max.applyAsInt(principal);
    List<Channel> evicted = new ArrayList<>(0);
    List<Channel> now =
        channels.compute(
            user,
            (key, held) -> {
              List<Channel> next = new ArrayList<>(held == null ? List.of() : held);
              next.stream()
                  .filter(each -> replaces != null && replaces.equals(each.attr(ID).get()))
                  .findFirst()
                  .filter(next::remove)
                  .ifPresent(evicted::add);
              boolean isReplaced = !evicted.isEmpty();
              while (policy == Policy.EVICT && next.size() >= limit) {
                evicted.add(next.remove(0));
              }
              if (isReplaced || next.size() < limit) {
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

  /** The refusal that another connection of this principal would get now; empty if none. */
  public Optional<Refusal> refusal(Principal principal) {
    boolean isFull = connections(principal.user()) >= max.applyAsInt(principal);
    return isFull && policy == Policy.REFUSE ? Optional.of(full(principal)) : Optional.empty();
  }

  /**
   * The refusal of a connection beyond the maximum. It asks to retry when the first of the user's
   * silent connections is declared dead.
   */
  Refusal full(Principal principal) {
    long seconds =
        channels.getOrDefault(principal.user(), List.of()).stream()
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
    channels.computeIfPresent(
        user,
        (key, held) -> {
          List<Channel> left = held.stream().filter(each -> !each.equals(channel)).toList();
          return left.isEmpty() ? null : left;
        });
  }

  int connections(UserId user) {
    return channels.getOrDefault(user, List.of()).size();
  }
}
