package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection when its token expires, and warns before: a minute before the end, or after
 * half of the remaining time if the token has less than two minutes.
 */
final class ExpiryHandler extends ChannelHandlerAdapter {

  private static final Duration MAX_DELAY = Duration.ofDays(1);
  private static final Duration WARNING = Duration.ofMinutes(1);

  private final Clock clock;
  private final Closer closer;
  private final Consumer<Instant> onExpiring;
  private Instant expiresAt;
  private Duration warning = WARNING;
  private Duration granted = Duration.ZERO;
  private long beganNanos;
  private boolean isWarned;
  private @Nullable Future<?> timer;

  ExpiryHandler(Instant expiresAt, Clock clock, Closer closer, Consumer<Instant> onExpiring) {
    this.expiresAt = expiresAt;
    this.clock = clock;
    this.closer = closer;
    this.onExpiring = onExpiring;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    expireAt(ctx, expiresAt);
  }

  /** A newer token counts from now on. */
  void expireAt(ChannelHandlerContext ctx, Instant instant) {
    handlerRemoved(ctx);
    expiresAt = instant;
    isWarned = false;
    beganNanos = ctx.executor().ticker().nanoTime();
    granted = Duration.between(clock.instant(), expiresAt);
    Duration half = granted.dividedBy(2);
    warning = half.compareTo(WARNING) < 0 ? half : WARNING;
    check(ctx);
  }

  /** The shorter time of both clocks: setting the wall clock back does not extend a token. */
  private Duration left(ChannelHandlerContext ctx) {
    Duration wall = Duration.between(clock.instant(), expiresAt);
    Duration steady = granted.minusNanos(ctx.executor().ticker().nanoTime() - beganNanos);
    return wall.compareTo(steady) < 0 ? wall : steady;
  }

  /** Checks at least once a day: the wall clock may be set. */
  private void check(ChannelHandlerContext ctx) {
    Duration left = left(ctx);
    if (left.isZero() || left.isNegative()) {
      closer.close(CloseReason.UNAUTHENTICATED);
      return;
    }
    if (!isWarned && left.compareTo(warning) <= 0) {
      isWarned = true;
      onExpiring.accept(expiresAt);
    }
    Duration next = isWarned ? left : left.minus(warning);
    long nanos = next.compareTo(MAX_DELAY) < 0 ? next.toNanos() : MAX_DELAY.toNanos();
    timer = ctx.executor().schedule(() -> check(ctx), nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
