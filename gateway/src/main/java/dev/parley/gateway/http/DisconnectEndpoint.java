package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /v1/users/disconnect}: closes the connections of a user (protocol, "Operators'
 * calls"). Needs the scope {@code admin} or {@code operator}.
 */
public final class DisconnectEndpoint extends OperatorEndpoint {

  private static final int MAX_PER_USER = 4;
  private static final Call CALL =
      Call.post("disconnectUser", "Closes the connections of a user, or one of them.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .takes("The user.", "http", "disconnect_request")
          .answers(200, "How many connections were closed.", "http", "disconnected")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("disconnections", MAX_PER_USER);
  private final LiveConnections live;

  public DisconnectEndpoint(OperatorAccess access, LiveConnections live) {
    super("/v1/users/disconnect", access, CALL);
    this.live = live;
  }

  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, OperatorAction.DISCONNECT_USER);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal caller = access.require(request, OperatorAction.DISCONNECT_USER);
    var ignored = request.query(CALL);
    JsonBody body =
        JsonBody.read(
            request.http().content(),
            List.of("user_id", "tenant", "connection_id", "reason"),
            "{\"user_id\"}");
    UserId user = UserForm.user(body, caller, access, OperatorAction.DISCONNECT_USER);
    ConnectionId id = UserForm.optional(body, "connection_id", ConnectionId::new);
    String reason = UserForm.reason(body);
    String target = id == null ? null : id.value();
    return inFlight.run(
        caller.user(),
        () -> {
          AuditEntry begun =
              access
                  .audit()
                  .begun(
                      caller,
                      OperatorAction.DISCONNECT_USER,
                      new Audit.Matter(user.tenant(), user.subject(), target, reason));
          return LogResponses.of(
              access.audit().around(begun, () -> live.close(user, id, CloseReason.DISCONNECTED)),
              request,
              closed -> Response.json(200, "{\"closed\":" + closed + "}"));
        });
  }
}
