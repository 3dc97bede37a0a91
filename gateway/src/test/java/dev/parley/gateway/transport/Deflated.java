package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Payloads of compressed messages, made and read with the JDK alone. */
final class Deflated {

  private Deflated() {}

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** The payload of a message, as section 7.2.1 of RFC 7692 makes it. */
  static byte[] of(String text, int level) {
    return of(text.getBytes(UTF_8), level);
  }

  static byte[] of(byte[] text, int level) {
    Deflater deflater = new Deflater(level, true);
    deflater.setInput(text);
    byte[] out = new byte[text.length + text.length / 100 + 64];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(out, length - 4);
  }

  /** The text of a payload, as section 7.2.2 reads it. */
  static byte[] text(byte[] payload) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] step = new byte[1 << 16];
    for (byte[] input : new byte[][] {payload, {0, 0, -1, -1}}) {
      inflater.setInput(input);
      for (int bytes = inflater.inflate(step); bytes > 0; bytes = inflater.inflate(step)) {
        text.write(step, 0, bytes);
      }
    }
    inflater.end();
    return text.toByteArray();
  }

  /** The payload of one server frame, whose head must be that of a whole compressed message. */
  static byte[] payload(ByteBuf frame) {
    int head = frame.readUnsignedByte();
    if (head != 0xC1) {
      throw new AssertionError("head: " + Integer.toHexString(head) + " (expected: c1)");
    }
    int length = frame.readUnsignedByte();
    length =
        length == 127 ? (int) frame.readLong() : length == 126 ? frame.readUnsignedShort() : length;
    byte[] payload = new byte[length];
    frame.readBytes(payload);
    return payload;
  }

  /** What a reader makes of it: its text, or the reason for which it closes. */
  static String read(MessageInflater inflater, byte[] payload, int maxText) {
    ByteBuf text = Unpooled.buffer(16);
    try {
      return inflater
          .inflate(Unpooled.wrappedBuffer(payload), text, maxText)
          .map(Enum::name)
          .orElseGet(() -> new String(ByteBufUtil.getBytes(text), UTF_8));
    } finally {
      text.release();
    }
  }
}
