package dev.parley.gateway.protocol;

import java.util.Locale;

/** How a tool ended. */
public enum ToolStatus {
  OK,
  ERROR,
  DENIED,
  ABORTED,
  UNKNOWN;

  private final String wire = name().toLowerCase(Locale.ROOT);

  public String wire() {
    return wire;
  }
}
