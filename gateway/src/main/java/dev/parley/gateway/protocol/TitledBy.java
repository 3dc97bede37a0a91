package dev.parley.gateway.protocol;

import java.util.Locale;

/** Who set the title of a thread. */
public enum TitledBy implements WireName {
  USER,
  AGENT;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }
}
