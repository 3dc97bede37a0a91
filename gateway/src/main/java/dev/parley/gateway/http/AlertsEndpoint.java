package dev.parley.gateway.http;

import dev.parley.gateway.alert.Alerts;
import dev.parley.gateway.alert.RecentAlerts.AlertEntry;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.util.List;

/**
 * {@code GET /v1/alerts}: the alerts that fire, and the last ones (operations, "Objectives and
 * alerts"). Needs the scope {@code operator}; answers while the gateway drains too.
 */
public final class AlertsEndpoint extends OperatorEndpoint implements ImmediateEndpoint {

  private static final Call CALL =
      Call.get("listAlerts", "The alerts that fire now, and the last ones.")
          .needs(Scope.OPERATOR)
          .answers(200, "Both lists, the newest first.", "http", "alerts");

  private final Alerts alerts;

  public AlertsEndpoint(OperatorAccess access, Alerts alerts) {
    super("/v1/alerts", access, CALL);
    this.alerts = alerts;
  }

  @Override
  public boolean isAlwaysOpen() {
    return true;
  }

  @Override
  public Response respond(Request request) {
    access.require(request, OperatorAction.READ_ALERTS, Scope.OPERATOR);
    var ignored = request.query(CALL);
    return Response.json(
        200,
        JsonOut.object(
            out -> {
              write(out, "firing", alerts.firing());
              write(out, "recent", alerts.recent());
            }));
  }

  private static void write(JsonOut out, String name, List<AlertEntry> entries) throws IOException {
    out.json().writeArrayFieldStart(name);
    for (AlertEntry entry : entries) {
      out.json().writeStartObject();
      out.text("alert", entry.name());
      out.text("fired_at", JsonOut.timestamp(entry.firedAt()));
      out.text("cleared_at", entry.clearedAt().map(JsonOut::timestamp).orElse(null));
      out.text("message", entry.reading().text());
      out.decimal("value", entry.reading().value());
      out.decimal("limit", entry.reading().limit());
      out.json().writeEndObject();
    }
    out.json().writeEndArray();
  }
}
