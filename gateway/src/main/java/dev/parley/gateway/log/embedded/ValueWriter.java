package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Writes the fields of one value behind its version byte. Not for threads to share. */
final class ValueWriter {

  private static final int ROOM = 64;
  private static final int LONGEST_COUNT = 10;

  private byte[] bytes;
  private int length;

  ValueWriter(int version) {
    this(version, ROOM);
  }

  /** With room for so many bytes, which may become more. */
  ValueWriter(int version, int room) {
    bytes = new byte[room];
    putByte(version);
  }

  ValueWriter putByte(int value) {
    makeRoom(1);
    bytes[length++] = (byte) value;
    return this;
  }

  /** Seven bits a byte, lowest first; the high bit says that more follow. */
  ValueWriter putCount(long value) {
    makeRoom(LONGEST_COUNT);
    long rest = value;
    while (rest < 0 || rest > 0x7F) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  ValueWriter putLong(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      putByte((int) (value >>> shift));
    }
    return this;
  }

  ValueWriter putText(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    return putCount(encoded.length).putRest(encoded);
  }

  ValueWriter putRest(byte[] rest) {
    makeRoom(rest.length);
    System.arraycopy(rest, 0, bytes, length, rest.length);
    length += rest.length;
    return this;
  }

  private void makeRoom(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  byte[] toBytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
