package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/threads}: the user's threads, the newest activity first, a page at a time
 * (protocol, "Threads").
 */
public final class ThreadListEndpoint implements Endpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int MAX_PAGES_PER_USER = 4;
  private static final Call CALL =
      Call.get("listThreads", "Lists your threads, the newest activity first, a page at a time.")
          .needs(Scope.CHAT)
          .query("after", "The next of the page before.")
          .query("limit", "The length of the page; if absent, " + DEFAULT_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "A page of threads.", "http", "threads")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight =
      new ConcurrencyLimit("pages of threads", MAX_PAGES_PER_USER);
  private final EventLog log;

  public ThreadListEndpoint(EventLog log) {
    this.log = log;
  }

  @Override
  public String path() {
    return "/v1/threads";
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal principal = Bearer.require(request, Scope.CHAT);
    Query query = request.query(CALL);
    ListPosition after = query.optional("after", ListCursor::parse).orElse(null);
    int limit = query.limit(MAX_LIMIT).orElse(DEFAULT_LIMIT);
    return inFlight.run(principal.user(), () -> answer(request, principal.user(), after, limit));
  }

  private CompletionStage<Response> answer(
      Request request, UserId user, @Nullable ListPosition after, int limit) {
    // One more than the page shows whether there is another page.
    return LogResponses.of(
        log.threads(user, after, limit + 1),
        request,
        threads -> Response.json(200, ThreadsJson.of(threads, limit, true)));
  }
}
