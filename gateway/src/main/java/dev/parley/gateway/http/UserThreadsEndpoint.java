package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /v1/users/threads}: the threads of a user as operators see them, without titles
 * (protocol, "Operators' calls"). Needs the scope {@code admin} or {@code operator}.
 */
public final class UserThreadsEndpoint extends OperatorEndpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int MAX_PER_OPERATOR = 4;
  private static final Call CALL =
      Call.get("listThreadsOfUser", "Lists the threads of a user, without titles.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .query("tenant", "Whose user; if absent, the tenant of the token.")
          .query("user_id", "The user; required.")
          .query("after", "The next of the page before.")
          .query("limit", "The length of the page; if absent, " + DEFAULT_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "A page of threads.", "http", "threads")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight =
      new ConcurrencyLimit("pages of threads", MAX_PER_OPERATOR);
  private final EventLog log;

  public UserThreadsEndpoint(OperatorAccess access, EventLog log) {
    super("/v1/users/threads", access, CALL);
    this.log = log;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    ViewOfUser view = ViewOfUser.read(request, access, CALL);
    UserId user = view.required();
    ListPosition after = view.query().optional("after", ListCursor::parse).orElse(null);
    int limit = view.query().limit(MAX_LIMIT).orElse(DEFAULT_LIMIT);
    return inFlight.run(
        view.principal().user(),
        () ->
            view.recorded(
                access,
                request,
                () ->
                    LogResponses.of(
                        log.threads(user, after, limit + 1),
                        request,
                        threads -> Response.json(200, ThreadsJson.of(threads, limit, false)))));
  }
}
