package dev.parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;

/** A channel in virtual time whose socket takes a limited number of bytes. */
final class SlowChannel extends EmbeddedChannel {

  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private long allowed = Long.MAX_VALUE;
  private int writes;

  SlowChannel() {
    freezeTime();
  }

  /** Lets the socket take this many more bytes. */
  void take(long bytes) {
    allowed = bytes;
    flush();
    runPendingTasks();
  }

  /** The bytes that the socket has taken. */
  byte[] taken() {
    return taken.toByteArray();
  }

  /** The number of writes that it has taken completely. */
  int writes() {
    return writes;
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer waiting) {
    while (allowed > 0 && waiting.current() instanceof ByteBuf write) {
      int bytes = (int) Math.min(allowed, write.readableBytes());
      byte[] copy = new byte[bytes];
      write.getBytes(write.readerIndex(), copy);
      taken.writeBytes(copy);
      allowed -= bytes;
      writes += bytes == write.readableBytes() ? 1 : 0;
      waiting.removeBytes(bytes);
    }
  }
}
