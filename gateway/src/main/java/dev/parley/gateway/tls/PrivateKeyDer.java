package dev.parley.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Turns older encodings of keys into PKCS#8 (RFC 5958, section 2), which Java reads: RSA keys of
 * PKCS#1 (RFC 8017, appendix A.1.2) and EC keys of SEC 1 (RFC 5915, section 3).
 */
final class PrivateKeyDer {

  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int CURVE = 0xA0;

  private static final byte[] VERSION = HexFormat.of().parseHex("020100");
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private PrivateKeyDer() {}

  /** The same RSA key as PKCS#8. */
  static byte[] ofRsa(byte[] pkcs1) {
    return wrapped(RSA, pkcs1);
  }

  /** The same EC key as PKCS#8; empty if it does not name its curve. */
  static Optional<byte[]> ofEc(byte[] sec1) {
    return curve(sec1).map(curve -> wrapped(element(SEQUENCE, EC, curve), sec1));
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, VERSION, algorithm, element(OCTETS, key));
  }

  /** The object identifier in the field {@code parameters}, as a whole element. */
  private static Optional<byte[]> curve(byte[] sec1) {
    Place place = new Place(sec1);
    place.enter(SEQUENCE);
    place.skip(INTEGER);
    place.skip(OCTETS);
    place.enter(CURVE);
    int from = place.at;
    place.skip(OBJECT_ID);
    return place.isLost ? Optional.empty() : Optional.of(Arrays.copyOfRange(sec1, from, place.at));
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    writeLength(element, content.size());
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> Byte.SIZE);
      out.write(length);
    }
  }

  /** A position in DER; lost for good when something else is there than expected. */
  private static final class Place {

    private final byte[] bytes;
    private int at;
    private boolean isLost;

    Place(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Moves to the content of the element. */
    void enter(int tag) {
      length(tag);
    }

    /** Moves to the element after this one. */
    void skip(int tag) {
      int length = length(tag);
      isLost = isLost || length > bytes.length - at;
      at = isLost ? at : at + length;
    }

    private int length(int tag) {
      if (next() != tag) {
        isLost = true;
      }
      int first = next();
      int length = first;
      if (first > 0x80) {
        length = 0;
        for (int i = first & 0x7F; i > 0 && !isLost; i--) {
          length = (length << Byte.SIZE) | next();
        }
        isLost = isLost || length < 0;
      }
      return length;
    }

    private int next() {
      isLost = isLost || at >= bytes.length;
      return isLost ? -1 : bytes[at++] & 0xFF;
    }
  }
}
