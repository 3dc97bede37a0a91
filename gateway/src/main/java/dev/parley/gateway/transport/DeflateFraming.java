package dev.parley.gateway.transport;

import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;

/**
 * Frames of a server that has accepted permessage-deflate (RFC 7692). Small messages, and those
 * that would not become shorter, are sent as without it.
 */
final class DeflateFraming implements Framing {

  /** Minimum bytes of a message that is compressed: below, it saves little for its time. */
  static final int MIN_TEXT = 256;

  private static final Framing PLAIN = new WebSocketFraming();

  private final Compression compression;
  private final int maxText;

  /** Compresses messages up to this size. */
  DeflateFraming(Compression compression, int maxText) {
    this.compression = compression;
    this.maxText = maxText;
  }

  @Override
  public int maxOverhead() {
    return PLAIN.maxOverhead();
  }

  @Override
  public void text(ByteBuf buffer, Frame frame) {
    int before = buffer.readableBytes();
    int length = frame.length();
    if (length >= MIN_TEXT && length <= maxText && compression.deflater().write(frame, buffer)) {
      compression.metrics().deflated(length, buffer.readableBytes() - before);
    } else {
      PLAIN.text(buffer, frame);
    }
  }

  @Override
  public void close(ByteBuf buffer, int code, String reason) {
    PLAIN.close(buffer, code, reason);
  }
}
