package dev.parley.gateway.protocol;

import java.util.Locale;

/** The phase of an {@code agent_thinking} event: start, a piece of text, end, or a named step. */
public enum ThinkingPhase implements WireName {
  START,
  DELTA,
  END,
  STEP;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }
}
