package dev.parley.gateway.live;

import dev.parley.gateway.protocol.WireName;
import java.util.Locale;

/** How the events of a connection travel. */
public enum Link implements WireName {
  WEBSOCKET,
  /** An event stream over HTTP. */
  SSE;

  private final String wire = name().toLowerCase(Locale.ROOT);

  @Override
  public String wire() {
    return wire;
  }
}
