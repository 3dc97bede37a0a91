package dev.parley.gateway.protocol;

import java.util.Locale;

/** What becomes of a message that an agent is to answer, while a run is open on its thread. */
public enum WhenBusy {
  /** It is refused. */
  REJECT,
  /** It waits behind those that wait already. */
  QUEUE,
  /** The open run is stopped, and the message comes next. */
  REPLACE;

  private final String wire = name().toLowerCase(Locale.ROOT);

  public String wire() {
    return wire;
  }

  /**
   * The choice of this name.
   *
   * @throws IllegalArgumentException for any other name
   */
  public static WhenBusy parse(String name) {
    for (WhenBusy choice : values()) {
      if (choice.wire.equals(name)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        Texts.expected("when_busy", name, "reject, queue or replace"));
  }
}
