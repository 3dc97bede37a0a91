package dev.parley.gateway.alert;

import dev.parley.gateway.codec.JsonOut;

/** The web hooks of alerts (operations manual, "Alerts"). */
final class AlertHook {

  private AlertHook() {}

  /** The same for each attempt; one for each time that an alert fires or clears. */
  static String id(Alert alert) {
    String transition = alert.transition().wire();
    return alert.name() + "." + alert.firedAt().toEpochMilli() + "." + transition;
  }

  static byte[] body(Alert alert) {
    return JsonOut.object(
        out -> {
          out.text("type", "alert." + alert.transition().wire());
          out.text("alert", alert.name());
          out.text("at", JsonOut.timestamp(alert.at()));
          out.text("fired_at", JsonOut.timestamp(alert.firedAt()));
          out.text("message", alert.reading().text());
          out.decimal("value", alert.reading().value());
          out.decimal("limit", alert.reading().limit());
        });
  }
}
