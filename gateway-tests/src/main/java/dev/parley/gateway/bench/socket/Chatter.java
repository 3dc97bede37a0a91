package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends {@code chat} at an even pace, one at a time, and measures the time until it is accepted. A
 * latency starts at the intended send time.
 */
final class Chatter extends LoadConnection {

  private final Meter meter;
  private int sent;
  private long intended;
  private long everyNanos;

  Chatter(Meter meter) {
    this.meter = meter;
  }

  /** Connects and begins; completes when it is connected. */
  CompletableFuture<Channel> begin(
      EventLoopGroup loops, Target target, String user, int everyMillis) {
    everyNanos = TimeUnit.MILLISECONDS.toNanos(everyMillis);
    return open(loops, target, user)
        .thenApply(
            channel -> {
              channel.eventLoop().execute(() -> beginNow(channel));
              return channel;
            });
  }

  private void beginNow(Channel channel) {
    intended = System.nanoTime();
    say(channel);
  }

  private void say(Channel channel) {
    if (channel.isActive()) {
      sent++;
      send(
          channel,
          "{\"type\":\"chat\",\"id\":\"c"
              + sent
              + "\",\"thread_id\":\"bench\",\"payload\":{\"content\":\"hello\"}}");
    }
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    String text = bytes.toString(UTF_8);
    if (FrameText.isOf("accepted", text)) {
      long now = System.nanoTime();
      meter.add(now - intended, 1);
      intended += everyNanos;
      var ignored =
          channel
              .eventLoop()
              .schedule(() -> say(channel), Math.max(0, intended - now), TimeUnit.NANOSECONDS);
    } else if (FrameText.isOf("rejected", text)) {
      throw new IllegalStateException(text);
    }
  }
}
