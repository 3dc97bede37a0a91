package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A load on a server, with new connections in each round. */
interface SocketLoad {

  String name();

  /** Runs one round against one server and adds its window to the result. */
  void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException;

  /**
   * Lets the load settle, at most for the measured time, then measures; fails if a connection has
   * ended.
   */
  static void measure(
      List<Channel> channels, Meter meter, Target target, int seconds, Result result)
      throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(Math.min(500, TimeUnit.SECONDS.toMillis(seconds)));
    meter.measure(target.server(), seconds, result);
    checkOpen(channels, target);
  }

  /** Fails if one of the channels has ended. */
  static void checkOpen(List<Channel> channels, Target target) {
    long ended = channels.stream().filter(channel -> !channel.isActive()).count();
    if (ended > 0) {
      throw new IllegalStateException(target.name() + ": " + ended + " connections ended");
    }
  }

  static void close(List<Channel> channels) throws InterruptedException {
    for (Channel channel : channels) {
      channel.close().sync();
    }
  }

  /** Waits for the future for at most a minute. */
  static <T> T get(Future<T> future) throws InterruptedException {
    return get(future, Duration.ofMinutes(1));
  }

  /** Waits for the future for at most this time. */
  static <T> T get(Future<T> future, Duration bound) throws InterruptedException {
    try {
      return future.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException("load: " + failure, failure);
    }
  }
}
