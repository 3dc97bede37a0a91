package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** permessage-deflate (RFC 7692) as a client has it, made with the JDK alone. */
public final class Deflate {
  public static final String HEADER = "Sec-WebSocket-Extensions: ";

  /** What is offered by {@link #upgraded}, as browsers do. */
  public static final String OFFER = "permessage-deflate; client_max_window_bits";

  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private Deflate() {}

  /** Opens a connection with this token that compresses, and reads its welcome. */
  public static RawClient upgraded(URI gateway, String token) {
    RawClient client = RawClient.open(gateway);
    String head = RawClient.upgrade("Authorization: Bearer " + token, HEADER + OFFER);
    RawClient.RawAnswer answer = client.request(head);
    if (!answer.header("Sec-WebSocket-Extensions").startsWith("permessage-deflate")) {
      throw new AssertionError("upgrade: " + answer + " (expected: permessage-deflate)");
    }
    client.readFrame();
    return client;
  }

  /** The payload of a message with this text (section 7.2.1). */
  public static byte[] payload(String text) {
    return payload(text.getBytes(UTF_8), Deflater.BEST_COMPRESSION);
  }

  /** The same of any bytes, at this level. */
  public static byte[] payload(byte[] text, int level) {
    Deflater deflater = new Deflater(level, true);
    deflater.setInput(text);
    byte[] out = new byte[text.length + text.length / 100 + 64];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(out, length - TAIL.length);
  }

  /** The text of a frame of the gateway, compressed or not, which is a whole message. */
  public static String text(RawFrame frame) {
    if (frame.head() == 0x81) {
      return frame.text();
    }
    if (frame.head() != 0xC1) {
      throw new AssertionError("head: " + frame.head() + " (expected: 0x81 or 0xc1)");
    }
    Inflater inflater = new Inflater(true);
    try {
      return text(inflater, frame.payload());
    } catch (DataFormatException e) {
      throw new AssertionError("payload: " + e, e);
    } finally {
      inflater.end();
    }
  }

  private static String text(Inflater inflater, ByteBuffer payload) throws DataFormatException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] step = new byte[1 << 16];
    for (ByteBuffer input : new ByteBuffer[] {payload.duplicate(), ByteBuffer.wrap(TAIL)}) {
      inflater.setInput(input);
      for (int bytes = inflater.inflate(step); bytes > 0; bytes = inflater.inflate(step)) {
        text.write(step, 0, bytes);
      }
    }
    return text.toString(UTF_8);
  }
}
