package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;

/**
 * When a client had sent all that a handshake needs: the request, or the frame with its token. Used
 * on the channel's loop.
 */
final class HandshakeTime {

  private static final AttributeKey<Long> BEGAN =
      AttributeKey.valueOf(HandshakeTime.class, "began");

  private HandshakeTime() {}

  /** It begins now; an earlier begin counts no more. */
  static void begin(Channel channel) {
    channel.attr(BEGAN).set(now(channel));
  }

  /** The nanoseconds since it began; -1 if it did not. Called once. */
  static long take(Channel channel) {
    Attribute<Long> began = channel.attr(BEGAN);
    Long nanos = began.getAndSet(null);
    return nanos == null ? -1 : now(channel) - nanos;
  }

  private static long now(Channel channel) {
    return channel.eventLoop().ticker().nanoTime();
  }
}
