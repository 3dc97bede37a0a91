package dev.parley.gateway.protocol;

import java.util.Locale;

/** Who cancelled a run. */
public enum CancelledBy implements WireName {
  USER,
  OPERATOR,
  SHUTDOWN,
  REPLACED;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }
}
