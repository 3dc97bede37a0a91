package dev.parley.gateway.http;

import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.UserContexts;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code DELETE /v1/threads/{thread_id}}: deletes a thread (protocol, "Threads"). */
public final class ThreadDeletionEndpoint implements Endpoint {

  private static final Call CALL =
      Call.delete("deleteThread", "Forgets a thread with all its events.")
          .needs(Scope.CHAT)
          .path("thread_id", "The thread.", "client", "threadId")
          .answers(200, "The thread is gone; its name has another epoch now.", "http", "deleted")
          .refuses(ErrorCode.THREAD_BUSY, ErrorCode.QUOTA_EXCEEDED);

  private static final int MAX_DELETIONS_PER_USER = 4;

  private final ConcurrencyLimit deletions =
      new ConcurrencyLimit("deletions", MAX_DELETIONS_PER_USER);
  private final UserContexts contexts;

  public ThreadDeletionEndpoint(UserContexts contexts) {
    this.contexts = contexts;
  }

  @Override
  public String path() {
    return "/v1/threads/{thread_id}";
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  /** A body is allowed and ignored, because some clients always send one. */
  @Override
  public void checkHead(Request head) {
    var ignored = Bearer.require(head, Scope.CHAT);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal principal = Bearer.require(request, Scope.CHAT);
    ThreadId thread = request.thread();
    var ignored = request.query(CALL);
    return deletions.run(principal.user(), () -> answer(request, principal, thread));
  }

  private CompletionStage<Response> answer(Request request, Principal principal, ThreadId thread) {
    return LogResponses.of(
        contexts.delete(principal, thread),
        request,
        deletion ->
            deletion instanceof Deletion.Deleted deleted
                ? Response.json(200, json(thread, deleted))
                : busy(thread, deletion));
  }

  private static byte[] json(ThreadId thread, Deletion.Deleted deleted) {
    return JsonOut.object(
        out -> {
          out.json().writeStringField("thread_id", thread.value());
          out.json().writeStringField("epoch", deleted.epoch().value());
        });
  }

  private static Response busy(ThreadId thread, Deletion deletion) {
    boolean isRun = deletion instanceof Deletion.InUse busy && busy.run() != null;
    String detail =
        "thread_id: "
            + thread
            + (isRun ? " has an open run" : " has queued messages")
            + " (expected: an idle thread)";
    return Response.of(Refusal.of(ErrorCode.THREAD_BUSY, detail));
  }
}
