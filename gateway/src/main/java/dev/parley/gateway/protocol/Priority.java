package dev.parley.gateway.protocol;

import java.util.Locale;

/** How much a notification matters. {@code code} is the stored form. */
public enum Priority implements WireName {
  LOW(0),
  NORMAL(1),
  HIGH(2),
  CRITICAL(3);

  private final byte code;
  private final String wire = name().toLowerCase(Locale.ROOT);

  Priority(int code) {
    this.code = (byte) code;
  }

  /**
   * The priority of a stored code.
   *
   * @throws IllegalArgumentException for a code of no priority
   */
  public static Priority ofCode(byte code) {
    for (Priority priority : values()) {
      if (priority.code == code) {
        return priority;
      }
    }
    throw new IllegalArgumentException(
        Texts.expected("priority code", Byte.toString(code), "0 to 3"));
  }

  public byte code() {
    return code;
  }

  @Override
  public String wire() {
    return wire;
  }
}
