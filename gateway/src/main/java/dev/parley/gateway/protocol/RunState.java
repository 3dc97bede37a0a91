package dev.parley.gateway.protocol;

import java.util.Locale;

/** The state of a run: open, or how it ended. {@code code} is the stored form. */
public enum RunState implements WireName {
  OPEN(0),
  COMPLETED(1),
  FAILED(2),
  CANCELLED(3);

  private final byte code;
  private final String wire = name().toLowerCase(Locale.ROOT);

  RunState(int code) {
    this.code = (byte) code;
  }

  /**
   * The state of a stored code.
   *
   * @throws IllegalArgumentException for a code of no state
   */
  public static RunState ofCode(byte code) {
    return switch (code) {
      case 0 -> OPEN;
      case 1 -> COMPLETED;
      case 2 -> FAILED;
      case 3 -> CANCELLED;
      default ->
          throw new IllegalArgumentException(
              Texts.expected("run state code", Byte.toString(code), "0 to 3"));
    };
  }

  public byte code() {
    return code;
  }

  @Override
  public String wire() {
    return wire;
  }
}
