package dev.parley.gateway.transport;

import dev.parley.gateway.user.home.Home;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A user's home on an event loop. */
record NettyHome(EventLoop loop, Clock clock) implements Home {

  private static final Duration MAX_DELAY = Duration.ofDays(365);

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public boolean inHome() {
    return loop.inEventLoop();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Duration bounded = delay.compareTo(MAX_DELAY) < 0 ? delay : MAX_DELAY;
    Future<?> pending = loop.schedule(task, bounded.toNanos(), TimeUnit.NANOSECONDS);
    return () -> pending.cancel(false);
  }

  @Override
  public long nanoTime() {
    return loop.ticker().nanoTime();
  }

  @Override
  public Instant now() {
    return clock.instant();
  }
}
