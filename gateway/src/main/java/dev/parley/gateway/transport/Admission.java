package dev.parley.gateway.transport;

import dev.parley.gateway.limit.ConnectionPolicy;
import dev.parley.gateway.limit.ConnectionSlots;
import dev.parley.gateway.limit.ConnectionSlots.Displaced;
import dev.parley.gateway.limit.Slots;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections of each user and each tenant. A channel counts until it closes, unless a
 * newer one has replaced it; of those, as many may wait for the answer to their Close frame. Called
 * on every loop.
 */
public final class Admission {

  private static final String FULL =
      "connections: the maximum of your tier is open (expected: one of them closed, or named as the"
          + " one to replace)";

  private static final Refusal TENANT_FULL =
      Refusal.temporary(
          ErrorCode.QUOTA_EXCEEDED,
          "connections: the maximum of your tenant is open (expected: one of them closed)",
          Duration.ofSeconds(10));

  /** How long an event stream may count after its reader has gone. */
  private static final long STREAM_SECONDS = 60;

  private static final AttributeKey<ConnectionId> ID =
      AttributeKey.valueOf(Admission.class, "connection_id");

  private final ConnectionSlots<UserId, Channel> slots;
  private final Slots<String> ofTenants;
  private final ToIntFunction<Principal> max;

  /**
   * Admits connections of a user up to the maximum for the principal.
   *
   * @param maxOfTenant connections of the users of one tenant
   */
  public Admission(ToIntFunction<Principal> max, int maxOfTenant, ConnectionPolicy policy) {
    this.max = max;
    this.ofTenants = new Slots<>(maxOfTenant);
    this.slots = new ConnectionSlots<>(policy);
  }

  /** Names the connection, so that a newer one can replace it. */
  static ConnectionId name(Channel channel, ConnectionId id) {
    channel.attr(ID).set(id);
    return id;
  }

  /**
   * Admits the channel if user and tenant have fewer connections than the maximum, or if one of the
   * user is evicted. The connection that it replaces is removed in the same step. A connection to
   * replace that is unknown or of another user is ignored.
   *
   * @return the refusal of a channel that was not admitted
   */
  Optional<Refusal> admit(Principal principal, Channel channel, @Nullable ConnectionId replaces) {
    UserId user = principal.user();
    Optional<Displaced<Channel>> displaced =
        slots.enter(
            user,
            channel,
            max.applyAsInt(principal),
            each -> replaces != null && replaces.equals(each.attr(ID).get()),
            () -> ofTenants.tryTake(user.tenant()));
    if (displaced.isEmpty()) {
      return refusal(principal).or(() -> Optional.of(TENANT_FULL));
    }
    List<Channel> replaced = displaced.get().replaced();
    // The first hands its room over.
    replaced.stream().skip(1).forEach(other -> ofTenants.release(user.tenant()));
    replaced.forEach(Admission::replace);
    displaced.get().overdue().forEach(Admission::end); // after their Close frames
    channel.closeFuture().addListener(closed -> left(user, channel));
    return Optional.empty();
  }

  private void left(UserId user, Channel channel) {
    if (slots.leave(user, channel)) {
      ofTenants.release(user.tenant());
    }
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

  private static void end(Channel channel) {
    HomeMove.execute(channel, channel::close);
  }

  /** The refusal that another connection of this principal would get now; empty if none. */
  public Optional<Refusal> refusal(Principal principal) {
    UserId user = principal.user();
    int most = max.applyAsInt(principal);
    if (slots.refuses(user, most)) {
      return Optional.of(full(user));
    }
    boolean isTenantFull = ofTenants.taken(user.tenant()) >= ofTenants.perKey();
    return isTenantFull && !slots.evicts(user, most) ? Optional.of(TENANT_FULL) : Optional.empty();
  }

  /**
   * The refusal of a connection beyond the maximum. It asks to retry when the first of the user's
   * silent connections is declared dead.
   */
  Refusal full(UserId user) {
    long seconds = slots.of(user).stream().mapToLong(Admission::secondsUntilDead).min().orElse(1);
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

  int connections(UserId user) {
    return slots.of(user).size();
  }
}
