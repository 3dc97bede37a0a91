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
 * Sends {@code ping} and times the answers, which come in order: each from the moment at which it
 * was to be sent, so that what waits in the client counts as well.
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

  /** One at a time, the next when the answer is there. */
  void sendInTurn(Channel channel) {
    ping(channel, System.nanoTime());
    channel.flush();
  }

  /** One every so many nanoseconds, whatever comes back, the first after the delay. */
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
      return; // a heartbeat
    }
    meter.add(System.nanoTime() - at, 1);
    if (!paced) {
      sendInTurn(channel);
    }
  }
}
