package dev.parley.gateway.alert;

import java.util.Locale;

/** What an objective measures: a latency of the operations manual, "Metrics". */
public enum Stage {
  HANDSHAKE,
  ACCEPT,
  COMMIT,
  DELIVERY,
  FIRST_EVENT,
  RUN,
  RESUME;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The name in the settings. */
  String wire() {
    return wire;
  }

  /** The name of the latency at {@code /metrics}. */
  String metric() {
    return "parley_" + wire + "_seconds";
  }
}
