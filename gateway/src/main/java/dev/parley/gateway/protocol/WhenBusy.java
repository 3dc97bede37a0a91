package dev.parley.gateway.protocol;

import java.util.Locale;

/** What to do with a message for an agent while a run is open on its thread. */
public enum WhenBusy implements WireName {
  /** Refuse it. */
  REJECT,
  /** Put it at the end of the queue. */
  QUEUE,
  /** Cancel the open run and start the message next. */
  REPLACE;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }

  /**
   * The constant of this name.
   *
   * @throws IllegalArgumentException for any other name
   */
  public static WhenBusy parse(String name) {
    return WireName.parse("when_busy", values(), name);
  }
}
