package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.UserContexts;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /v1/users/erase}: deletes everything of a user (protocol, "Operators' calls"). Needs
 * the scope {@code admin} or {@code operator}.
 */
public final class EraseEndpoint extends OperatorEndpoint {

  private static final int MAX_PER_USER = 4;
  private static final Call CALL =
      Call.post("eraseUser", "Closes the connections of a user and deletes everything of the user.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .takes("The user.", "http", "erase_request")
          .answers(200, "Everything is deleted, durably.", "http", "erased")
          .refuses(ErrorCode.THREAD_BUSY, ErrorCode.QUOTA_EXCEEDED);

  /**
   * What an erasure works on.
   *
   * @param log deletes what is stored
   * @param contexts end what is under way
   * @param live the connections, which are closed
   * @param broadcasts those that are kept in memory, which may name the user
   */
  public record Parts(
      EventLog log, UserContexts contexts, LiveConnections live, Broadcasts broadcasts) {}

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("erasures", MAX_PER_USER);
  private final Parts parts;

  public EraseEndpoint(OperatorAccess access, Parts parts) {
    super("/v1/users/erase", access, CALL);
    this.parts = parts;
  }

  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, OperatorAction.ERASE_USER);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal caller = access.require(request, OperatorAction.ERASE_USER);
    var ignored = request.query(CALL);
    JsonBody body =
        JsonBody.read(request.http().content(), List.of("user_id", "tenant"), "{\"user_id\"}");
    UserId user = UserForm.user(body, caller, access, OperatorAction.ERASE_USER);
    return inFlight.run(
        caller.user(),
        () -> {
          AuditEntry begun =
              access.audit().begun(caller, OperatorAction.ERASE_USER, Audit.Matter.of(user));
          return LogResponses.of(
              access.audit().before(begun, () -> erase(user, begun)),
              request,
              EraseEndpoint::response);
        });
  }

  private CompletionStage<Deletion> erase(UserId user, AuditEntry begun) {
    return parts
        .contexts()
        .erase(
            user,
            () -> {
              var ignored = parts.live().close(user, null, CloseReason.DISCONNECTED);
            },
            () -> parts.log().erase(user, begun))
        .thenCompose(deletion -> forgotten(user, deletion));
  }

  /** What is in memory is forgotten too. */
  private CompletionStage<Deletion> forgotten(UserId user, Deletion deletion) {
    if (deletion instanceof Deletion.InUse) {
      return CompletableFuture.completedStage(deletion);
    }
    parts.live().forget(user);
    return parts.broadcasts().forget(user).thenApply(done -> deletion);
  }

  private static Response response(Deletion deletion) {
    if (deletion instanceof Deletion.Deleted) {
      return Response.json(200, "{\"erased\":true}");
    }
    return Response.of(
        Refusal.of(
            ErrorCode.THREAD_BUSY,
            "user: a run is open in the store that this gateway does not know (expected: none; the"
                + " next start of the gateway ends it)"));
  }
}
