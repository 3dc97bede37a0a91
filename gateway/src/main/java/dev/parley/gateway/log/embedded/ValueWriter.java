package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes the fields of one value behind its version byte. Not for threads to share. */
final class ValueWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);

  ValueWriter(int version) {
    bytes.write(version);
  }

  ValueWriter putByte(int value) {
    bytes.write(value);
    return this;
  }

  /** Seven bits a byte, lowest first; the high bit says that more follow. */
  ValueWriter putCount(long value) {
    long rest = value;
    while (rest < 0 || rest > 0x7F) {
      bytes.write((int) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }

  ValueWriter putLong(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.write((int) (value >>> shift));
    }
    return this;
  }

  ValueWriter putText(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    putCount(encoded.length);
    bytes.write(encoded, 0, encoded.length);
    return this;
  }

  ValueWriter putRest(byte[] rest) {
    bytes.write(rest, 0, rest.length);
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
