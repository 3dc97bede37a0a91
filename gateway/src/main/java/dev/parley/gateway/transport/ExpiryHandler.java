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
 * Ends a connection together with its token, and warns of it: a minute before, or at half of what
 * is left of a token that has less than two.
 */
final class ExpiryHandler extends ChannelHandlerAdapter {

  private static final Duration LONGEST = Duration.ofDays(1);
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

  /** From now on a newer token counts. */
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

  /** The shorter of what both clocks say: a wall clock that is set back does not extend a token. */
  private Duration left(ChannelHandlerContext ctx) {
    Duration wall = Duration.between(clock.instant(), expiresAt);
    Duration steady = granted.minusNanos(ctx.executor().ticker().nanoTime() - beganNanos);
    return wall.compareTo(steady) < 0 ? wall : steady;
  }

  /** Looks again once a day at least: the wall clock may be set. */
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
    long nanos = next.compareTo(LONGEST) < 0 ? next.toNanos() : LONGEST.toNanos();
    timer = ctx.executor().schedule(() -> check(ctx), nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
