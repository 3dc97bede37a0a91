package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends a connection together with the token it was opened with. */
final class ExpiryHandler extends ChannelHandlerAdapter {

  private static final Duration LONGEST = Duration.ofDays(1);

  private final Instant expiresAt;
  private final Clock clock;
  private final Closer closer;
  private @Nullable Future<?> timer;

  ExpiryHandler(Instant expiresAt, Clock clock, Closer closer) {
    this.expiresAt = expiresAt;
    this.clock = clock;
    this.closer = closer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    check(ctx);
  }

  /** Looks again once a day at least: the wall clock may be set. */
  private void check(ChannelHandlerContext ctx) {
    Duration left = Duration.between(clock.instant(), expiresAt);
    if (left.isZero() || left.isNegative()) {
      closer.close(CloseReason.UNAUTHENTICATED);
      return;
    }
    long nanos = left.compareTo(LONGEST) < 0 ? left.toNanos() : LONGEST.toNanos();
    timer = ctx.executor().schedule(() -> check(ctx), nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
