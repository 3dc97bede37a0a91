package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Writes the fields of one value after its version byte. For one thread. */
final class ValueWriter {

  private static final int CAPACITY = 64;
  private static final int MAX_COUNT_BYTES = 10;

  private byte[] bytes;
  private int length;

  /** A value of the newest version of the kind. */
  ValueWriter(RecordKind kind) {
    this(kind, CAPACITY);
  }

  /** With an initial capacity, which grows as needed. */
  ValueWriter(RecordKind kind, int capacity) {
    this(kind.newest(), capacity);
  }

  private ValueWriter(int version, int capacity) {
    bytes = new byte[capacity];
    putByte(version);
  }

  /** A value of this version, which may be an earlier one. */
  static ValueWriter ofVersion(int version) {
    return new ValueWriter(version, CAPACITY);
  }

  ValueWriter putByte(int value) {
    ensureCapacity(1);
    bytes[length++] = (byte) value;
    return this;
  }

  /** Seven bits per byte, lowest first; the high bit says that more bytes follow. */
  ValueWriter putCount(long value) {
    ensureCapacity(MAX_COUNT_BYTES);
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

  /** NaN has one form here, of the many that there are. */
  ValueWriter putDecimal(double value) {
    return putLong(Double.doubleToLongBits(value));
  }

  ValueWriter putText(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    return putCount(encoded.length).putRest(encoded);
  }

  ValueWriter putRest(byte[] rest) {
    ensureCapacity(rest.length);
    System.arraycopy(rest, 0, bytes, length, rest.length);
    length += rest.length;
    return this;
  }

  private void ensureCapacity(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  byte[] toBytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
