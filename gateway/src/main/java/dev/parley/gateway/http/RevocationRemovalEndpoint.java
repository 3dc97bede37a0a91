package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /v1/revocations/remove}: ends a revocation (protocol, "Operators' calls"). Needs the
 * scope {@code admin} or {@code operator}.
 */
public final class RevocationRemovalEndpoint extends OperatorEndpoint {

  /** The members of a body that ends a revocation. */
  static final List<String> MEMBERS = List.of("token_id", "user_id", "tenant", "reason");

  private static final int MAX_PER_USER = 4;
  private static final Call CALL =
      Call.post("removeRevocation", "Ends a revocation: its tokens are valid until they expire.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .takes("Which revocation.", "http", "revocation_removal_request")
          .answers(200, "Whether there was one.", "http", "revocation_removed")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("revocations", MAX_PER_USER);
  private final Revocations revocations;

  public RevocationRemovalEndpoint(OperatorAccess access, Revocations revocations) {
    super("/v1/revocations/remove", access, CALL);
    this.revocations = revocations;
  }

  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, OperatorAction.REMOVE_REVOCATION);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal caller = access.require(request, OperatorAction.REMOVE_REVOCATION);
    var ignored = request.query(CALL);
    JsonBody body =
        JsonBody.read(request.http().content(), MEMBERS, "{\"user_id\"} or {\"token_id\"}");
    RevocationKey key = RevocationForm.key(body, caller, access, OperatorAction.REMOVE_REVOCATION);
    String reason = UserForm.reason(body);
    boolean isUser = key.kind() == RevocationKey.Kind.USER;
    boolean isToken = key.kind() == RevocationKey.Kind.TOKEN;
    Audit.Matter matter =
        new Audit.Matter(
            key.tenant(), isUser ? key.name() : null, isToken ? key.name() : null, reason);
    return inFlight.run(
        caller.user(),
        () -> {
          AuditEntry begun = access.audit().begun(caller, OperatorAction.REMOVE_REVOCATION, matter);
          return LogResponses.of(
              revocations.remove(key, begun),
              request,
              isRemoved -> Response.json(200, "{\"removed\":" + isRemoved + "}"));
        });
  }
}
