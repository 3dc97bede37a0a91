package dev.parley.gateway.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON value as UTF-8 bytes that the gateway passes on without a look inside: arguments,
 * results, state, contents. The bytes must not be changed any more.
 */
public final class RawJson {

  private final byte[] bytes;
  private final boolean checked;

  private RawJson(byte[] bytes, boolean checked) {
    this.bytes = bytes;
    this.checked = checked;
  }

  /** A value from an agent; it is checked before it is stored. */
  public static RawJson of(String json) {
    return new RawJson(Texts.whole(json).getBytes(StandardCharsets.UTF_8), false);
  }

  /** A value that a strict parser has read. */
  public static RawJson checked(byte[] json) {
    return new RawJson(json, true);
  }

  /** The bytes themselves, not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /** Whether a strict parser has read it. */
  public boolean isChecked() {
    return checked;
  }

  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
