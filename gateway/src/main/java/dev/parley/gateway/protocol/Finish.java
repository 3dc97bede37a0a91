package dev.parley.gateway.protocol;

import java.util.Locale;

/** Why an agent's text ended. */
public enum Finish implements WireName {
  STOP,
  LENGTH;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }
}
