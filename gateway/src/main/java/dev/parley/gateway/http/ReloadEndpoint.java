package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.config.Reloadable.Change;
import dev.parley.gateway.config.Reloads;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /v1/reload}: reads keys and certificate again (protocol, "Operators' calls"). Needs
 * the scope {@code operator}.
 */
public final class ReloadEndpoint extends OperatorEndpoint {

  private static final int MAX_PER_USER = 2;
  private static final Call CALL =
      Call.post("reload", "Reads keys, secrets and certificate again.")
          .needs(Scope.OPERATOR)
          .answers(200, "What is used from now on.", "http", "reloaded")
          .refusesAs(HttpStatus.CONFLICT, ErrorCode.INVALID_ARGUMENT)
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("reloads", MAX_PER_USER);
  private final Reloads reloads;

  public ReloadEndpoint(OperatorAccess access, Reloads reloads) {
    super("/v1/reload", access, CALL);
    this.reloads = reloads;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal caller = access.require(request, OperatorAction.RELOAD, Scope.OPERATOR);
    var ignored = request.query(CALL);
    Audit.Matter matter = Audit.Matter.of(caller.user().tenant(), null);
    return inFlight.run(
        caller.user(),
        () -> {
          AuditEntry begun = access.audit().begun(caller, OperatorAction.RELOAD, matter);
          return LogResponses.of(
              access
                  .audit()
                  .around(
                      begun,
                      reloads::reload,
                      outcome -> outcome.isDone() ? AuditEntry.DONE : "refused"),
              request,
              ReloadEndpoint::response);
        });
  }

  private static Response response(Reloads.Outcome outcome) {
    if (outcome.isDone()) {
      return Response.json(200, JsonOut.object(out -> write(out.json(), outcome.changes())));
    }
    String detail = "Nothing has changed. " + String.join("; ", outcome.problems());
    return Response.of(Refusal.of(ErrorCode.INVALID_ARGUMENT, detail).as(HttpStatus.CONFLICT));
  }

  private static void write(JsonGenerator json, Map<String, Change> changes) throws IOException {
    json.writeArrayFieldStart("reloaded");
    for (Map.Entry<String, Change> each : changes.entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", each.getKey());
      json.writeBooleanField("changed", each.getValue().isNew());
      for (Map.Entry<String, String> fact : new TreeMap<>(each.getValue().facts()).entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
