package dev.parley.gateway.bench.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Sends {@code ping} and measures the answers, which arrive in order. A latency starts at the
 * intended send time, so that delays in the client count too.
 */
final class Pinger extends LoadConnection {

  private static final ByteBuf PING =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("{\"type\":\"ping\",\"id\":\"p1\"}", StandardCharsets.US_ASCII));

  private static final int TYPE_AT = "{\"type\":\"".length();

  private final Meter meter;
  private final Queue<Long> intended = new ArrayDeque<>();
  private boolean paced;
  private long next;
  private long every;

  Pinger(Meter meter) {
    this.meter = meter;
  }

  /** Keeps one ping in flight. */
  void sendInTurn(Channel channel) {
    ping(channel, System.nanoTime());
    channel.flush();
  }

  /**
   * Sends a ping at each interval in nanoseconds, independent of the answers; the first one after
   * the delay.
   */
  void sendEvery(Channel channel, long delay, long interval) {
    paced = true;
    next = System.nanoTime() + delay;
    every = interval;
    await(channel);
  }

  private void await(Channel channel) {
    long delay = next - System.nanoTime();
    channel.eventLoop().schedule(() -> sendDue(channel), delay, TimeUnit.NANOSECONDS);
  }

  private void sendDue(Channel channel) {
    if (!channel.isActive()) {
      return;
    }
    for (long now = System.nanoTime(); next - now <= 0; next += every) {
      ping(channel, next);
    }
    channel.flush();
    await(channel);
  }

  private void ping(Channel channel, long at) {
    intended.add(at);
    channel.write(new TextWebSocketFrame(PING.duplicate()));
  }

  @Override
  void received(Channel channel, ByteBuf text) {
    Long at = text.getByte(text.readerIndex() + TYPE_AT) == 'p' ? intended.poll() : null;
    if (at == null) {
      return; // A heartbeat.
    }
    meter.add(System.nanoTime() - at, 1);
    if (!paced) {
      sendInTurn(channel);
    }
  }
}
