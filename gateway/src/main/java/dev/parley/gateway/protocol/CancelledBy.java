package dev.parley.gateway.protocol;

import java.util.Locale;

/** Who ended a run before its time. */
public enum CancelledBy {
  USER,
  OPERATOR,
  SHUTDOWN,
  REPLACED;

  private final String wire = name().toLowerCase(Locale.ROOT);

  public String wire() {
    return wire;
  }
}
