package dev.parley.gateway.protocol;

import java.util.Locale;

/** What an {@code agent_thinking} event says: a stretch begins, grows, ends, or a named step. */
public enum ThinkingPhase {
  START,
  DELTA,
  END,
  STEP;

  private final String wire = name().toLowerCase(Locale.ROOT);

  public String wire() {
    return wire;
  }
}
