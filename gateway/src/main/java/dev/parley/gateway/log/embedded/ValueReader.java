package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.DamagedRecordException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a value that a {@link ValueWriter} wrote. For one thread. */
final class ValueReader {

  /** Of the tenth byte of a count, which has one bit. */
  private static final int LAST_SHIFT = 63;

  private static final char REPLACEMENT = '\uFFFD';

  private final ByteBuffer bytes;
  private int version;

  private ValueReader(byte[] value) {
    this.bytes = ByteBuffer.wrap(value);
  }

  /**
   * Reads a whole value.
   *
   * @throws DamagedRecordException when the version is unknown or the bytes do not fit the kind
   */
  static <T> T read(RecordKind kind, byte[] value, Function<ValueReader, T> fields) {
    ValueReader reader = new ValueReader(value);
    try {
      reader.version = reader.getByte();
      checkVersion(kind, reader.version);
      T read = fields.apply(reader);
      if (reader.bytes.hasRemaining()) {
        throw damaged(kind, reader.bytes.remaining() + " extra bytes", null);
      }
      return read;
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      throw damaged(kind, value.length + " bytes", e);
    }
  }

  private static void checkVersion(RecordKind kind, int version) {
    if (version > kind.newest()) {
      throw new DamagedRecordException(
          kind.label()
              + ": version "
              + version
              + " (expected: at most "
              + kind.newest()
              + "; a newer gateway wrote this record)");
    }
    if (version < 1) {
      throw damaged(kind, "version " + version, null);
    }
  }

  private static DamagedRecordException damaged(
      RecordKind kind, String found, @Nullable Exception cause) {
    return new DamagedRecordException(
        kind.label() + ": " + found + " (expected: an undamaged value)", cause);
  }

  /** The version of this value. */
  int version() {
    return version;
  }

  byte getByte() {
    return bytes.get();
  }

  boolean getFlag() {
    byte flag = bytes.get();
    if (flag < 0 || flag > 1) {
      throw new IllegalArgumentException("flag: " + flag + " (expected: 0 or 1)");
    }
    return flag == 1;
  }

  /** A count in as few bytes as it needs: others were not written by a {@link ValueWriter}. */
  long getCount() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        boolean isShortest = next > 0 || shift == 0;
        if (!isShortest || (shift == LAST_SHIFT && next > 1)) {
          throw new IllegalArgumentException("count: too long (expected: the shortest form)");
        }
        return value;
      }
    }
    throw new IllegalArgumentException("count: more than ten bytes (expected: 64 bits)");
  }

  /** A count of parts of a text. */
  int getLength() {
    long length = getCount();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("length: " + length + " (expected: 31 bits)");
    }
    return (int) length;
  }

  long getLong() {
    return bytes.getLong();
  }

  double getDecimal() {
    long bits = bytes.getLong();
    double value = Double.longBitsToDouble(bits);
    if (Double.doubleToLongBits(value) != bits) {
      throw new IllegalArgumentException("decimal: another NaN (expected: its only form)");
    }
    return value;
  }

  String getText() {
    return text(getBytes());
  }

  /**
   * The text of these bytes.
   *
   * @throws IllegalArgumentException when they are not UTF-8
   */
  static String text(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    // Only what has U+FFFD may have had other bytes.
    if (text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(text.getBytes(UTF_8), bytes)) {
      throw new IllegalArgumentException("text: other bytes (expected: UTF-8)");
    }
    return text;
  }

  /** Passes over so many texts. */
  void skipTexts(int texts) {
    for (int left = texts; left > 0; left--) {
      int length = getRemainingLength();
      bytes.position(bytes.position() + length);
    }
  }

  /** Passes over a text, and tells whether it is this one, in UTF-8. */
  boolean isText(byte[] text) {
    int length = getRemainingLength();
    int from = bytes.position();
    bytes.position(from + length);
    return length == text.length
        && Arrays.equals(bytes.array(), from, from + length, text, 0, length);
  }

  /** As many bytes as the count before them says. */
  byte[] getBytes() {
    byte[] counted = new byte[getRemainingLength()];
    bytes.get(counted);
    return counted;
  }

  private int getRemainingLength() {
    long length = getCount();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  byte[] getRest() {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }
}
