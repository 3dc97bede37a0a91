package dev.parley.gateway.monitor;

import java.util.Locale;

/** What takes time: a latency of the operations manual, "Metrics". */
public enum Stage {
  HANDSHAKE,
  ACCEPT,
  COMMIT,
  STORE_WRITE,
  DELIVERY,
  FIRST_EVENT,
  RUN,
  UPSTREAM_FIRST_BYTE,
  RESUME,
  LOOP_DELAY;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The name in the settings and in the history. */
  public String wire() {
    return wire;
  }

  /** The name of the latency at {@code /metrics}. */
  public String metric() {
    return "parley_" + wire + "_seconds";
  }
}
