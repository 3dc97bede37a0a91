package dev.parley.gateway.tests.support;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An unmasked frame as read from the wire (RFC 6455, section 5.2). */
public record RawFrame(int head, ByteBuffer payload) {
  /** Reads the next frame. */
  public static RawFrame read(DataInputStream in) throws IOException {
    int head = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length > 127) {
      throw new AssertionError("frame: masked (expected: never from a server)");
    }
    long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
    byte[] payload = new byte[(int) size];
    in.readFully(payload);
    return new RawFrame(head, ByteBuffer.wrap(payload));
  }

  public int opcode() {
    return head & 0x0F;
  }

  public String text() {
    return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
  }

  /** The code of a Close frame; 1005 when it carries none. */
  public int closeCode() {
    return payload.remaining() < 2 ? 1005 : payload.getShort(0) & 0xFFFF;
  }
}
