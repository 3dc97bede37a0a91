package dev.parley.gateway.protocol;

import java.util.Locale;

/** How a tool ended. */
public enum ToolStatus implements WireName {
  OK,
  ERROR,
  DENIED,
  ABORTED,
  UNKNOWN;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }
}
