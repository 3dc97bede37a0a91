package dev.parley.gateway.transport;

import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Frames of a server (RFC 6455, section 5.2). */
final class WebSocketFraming implements Framing {

  static final int MAX_HEADER = 10;

  static final int PING = 0x9;
  static final int PONG = 0xA;
  static final int CLOSE = 0x8;

  private static final int FINAL = 0x80;
  private static final int RSV1 = 0x40;
  private static final int TEXT = 0x1;
  private static final int MAX_7_BITS = 125;
  private static final int MAX_16_BITS = 0xFFFF;

  @Override
  public int maxOverhead() {
    return MAX_HEADER;
  }

  @Override
  public void text(ByteBuf buffer, Frame frame) {
    header(buffer, TEXT, frame.length());
    buffer.writeBytes(frame.head()).writeBytes(frame.body());
  }

  @Override
  public void close(ByteBuf buffer, int code, String reason) {
    header(buffer, CLOSE, Short.BYTES + ByteBufUtil.utf8Bytes(reason));
    buffer.writeShort(code).writeCharSequence(reason, StandardCharsets.UTF_8);
  }

  /** The header of a whole compressed text message (RFC 7692, section 6). */
  static void compressedHeader(ByteBuf buffer, int length) {
    header(buffer, RSV1 | TEXT, length);
  }

  static void header(ByteBuf buffer, int opcode, int length) {
    buffer.writeByte(FINAL | opcode);
    if (length <= MAX_7_BITS) {
      buffer.writeByte(length);
    } else if (length <= MAX_16_BITS) {
      buffer.writeByte(MAX_7_BITS + 1).writeShort(length);
    } else {
      buffer.writeByte(MAX_7_BITS + 2).writeLong(length);
    }
  }
}
