package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.DamagedRecordException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a value that a {@link ValueWriter} wrote. For one thread. */
final class ValueReader {

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
    } catch (BufferUnderflowException | IllegalArgumentException e) {
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
    return new String(getBytes(), UTF_8);
  }

  /** As many bytes as the count before them says. */
  byte[] getBytes() {
    long length = getCount();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] counted = new byte[(int) length];
    bytes.get(counted);
    return counted;
  }

  byte[] getRest() {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }
}
