package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.LogException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads back what a {@link ValueWriter} wrote. Not for threads to share. */
final class ValueReader {

  private final ByteBuffer bytes;
  private int version;

  private ValueReader(byte[] value) {
    this.bytes = ByteBuffer.wrap(value);
  }

  /**
   * Reads a whole value.
   *
   * @param what the kind of value, for the error text
   * @param newest the version of today; the earlier ones can be read too
   * @throws LogException when the version is another one or the value does not fit its kind
   */
  static <T> T read(String what, int newest, byte[] value, Function<ValueReader, T> fields) {
    ValueReader reader = new ValueReader(value);
    try {
      reader.version = reader.getByte();
      if (reader.version < 1 || reader.version > newest) {
        String known = newest == 1 ? "1" : "1 to " + newest;
        throw new LogException(what + ": version " + reader.version + " (expected: " + known + ")");
      }
      T read = fields.apply(reader);
      if (reader.bytes.hasRemaining()) {
        throw damaged(what, reader.bytes.remaining() + " bytes too many", null);
      }
      return read;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged(what, value.length + " bytes", e);
    }
  }

  private static LogException damaged(String what, String found, @Nullable Exception cause) {
    return new LogException(what + ": " + found + " (expected: an undamaged value)", cause);
  }

  /** The version of the value that is read. */
  int version() {
    return version;
  }

  byte getByte() {
    return bytes.get();
  }

  long getCount() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("count: more than ten bytes (expected: 64 bits)");
  }

  long getLong() {
    return bytes.getLong();
  }

  String getText() {
    long length = getCount();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[(int) length];
    bytes.get(text);
    return new String(text, UTF_8);
  }

  byte[] getRest() {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }
}
