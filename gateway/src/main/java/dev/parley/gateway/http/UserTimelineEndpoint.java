package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.codec.EventOutline;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.http.RunTimeline.TimelineEvent;
import dev.parley.gateway.http.RunTimeline.TimelineSource;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/users/timeline}: what happened in a run of a user and when, without what was said
 * (protocol, "Operators' calls"). Needs the scope {@code admin} or {@code operator}.
 */
public final class UserTimelineEndpoint extends OperatorEndpoint {

  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_PER_OPERATOR = 2;
  private static final long MAX_SEQ = (1L << 53) - 1;
  private static final Call CALL =
      Call.get("getTimeline", "Tells what happened in a run of a user, without what was said.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .query("tenant", "Whose user; if absent, the tenant of the token.")
          .query("user_id", "The user; required.")
          .query("thread_id", "The thread; required if no run is named. Its last run is told.")
          .query("run_id", "The run; required if no thread is named.")
          .query("after", "The next of the page before.", 0, MAX_SEQ)
          .query("limit", "The length of the page; if absent, " + MAX_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "A page of the events of the run.", "http", "timeline")
          .refuses(ErrorCode.NOT_FOUND, ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("time lines", MAX_PER_OPERATOR);
  private final EventLog log;
  private final PageBudget pages;
  private final Executor worker;

  /**
   * Reads from this log.
   *
   * @param pages the budget that all readers of pages share
   * @param worker decodes pages; it is no event loop
   */
  public UserTimelineEndpoint(
      OperatorAccess access, EventLog log, PageBudget pages, Executor worker) {
    super("/v1/users/timeline", access, CALL);
    this.log = log;
    this.pages = pages;
    this.worker = worker;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    ViewOfUser view = ViewOfUser.read(request, access, CALL);
    UserId user = view.required();
    ThreadId thread = view.query().optional("thread_id", ThreadId::readable).orElse(null);
    RunId run = view.query().optional("run_id", RunId::new).orElse(null);
    if (thread == null && run == null) {
      throw RefusedException.invalid("run_id: missing (expected: a run, or a thread_id)");
    }
    long after = view.query().integer("after", 0, MAX_SEQ).orElse(0L);
    int limit = view.query().limit(MAX_LIMIT).orElse(MAX_LIMIT);
    TimelineSource source = new TimelineSource(log, pages, request.loop(), worker);
    return inFlight.run(
        view.principal().user(),
        () ->
            view.recorded(
                access,
                request,
                () ->
                    LogResponses.of(
                        record(source, user, thread, run)
                            .thenCompose(found -> timeline(source, found, after, limit)),
                        request,
                        found ->
                            found
                                .map(UserTimelineEndpoint::response)
                                .orElseGet(UserTimelineEndpoint::unknown))));
  }

  /** The run that is asked for; empty if the user has none such in that thread. */
  private CompletionStage<Optional<RunRecord>> record(
      TimelineSource source, UserId user, @Nullable ThreadId thread, @Nullable RunId run) {
    if (run != null) {
      return log.run(user, run)
          .thenApply(
              found ->
                  found.filter(each -> thread == null || each.thread().thread().equals(thread)));
    }
    if (thread == null) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    return LogResponses.withoutDamaged(new NewestRun(source, new ThreadKey(user, thread)).find())
        .thenCompose(
            newest ->
                newest.isEmpty()
                    ? CompletableFuture.completedStage(Optional.empty())
                    : log.run(user, newest.get()));
  }

  private static CompletionStage<Optional<RunTimeline>> timeline(
      TimelineSource source, Optional<RunRecord> run, long after, int limit) {
    return run.isEmpty()
        ? CompletableFuture.completedStage(Optional.empty())
        : new RunTimeline(source, run.get(), after, limit).read().thenApply(Optional::of);
  }

  private static Response unknown() {
    return Response.of(
        Refusal.of(
            ErrorCode.NOT_FOUND,
            "run: unknown (expected: a run_id of the user, in thread_id if that is named; or a"
                + " thread_id whose last run can be read)"));
  }

  private static Response response(RunTimeline timeline) {
    return Response.json(200, JsonOut.object(out -> write(out.json(), timeline)));
  }

  private static void write(JsonGenerator json, RunTimeline timeline) throws IOException {
    RunRecord run = timeline.run();
    json.writeStringField("run_id", run.run().value());
    json.writeStringField("thread_id", run.thread().thread().value());
    json.writeStringField("agent", run.agent().value());
    json.writeStringField("state", run.state().wire());
    json.writeArrayFieldStart("events");
    for (TimelineEvent event : timeline.events()) {
      write(json, event);
    }
    json.writeEndArray();
    Long next = timeline.next();
    if (next != null) {
      json.writeStringField("next", next.toString());
    }
    Long damaged = timeline.damagedAfter();
    if (damaged != null) {
      json.writeNumberField("damaged_after", damaged);
    }
  }

  private static void write(JsonGenerator json, TimelineEvent event) throws IOException {
    EventOutline outline = event.outline();
    json.writeStartObject();
    if (event.firstSeq() < event.seq()) {
      json.writeNumberField("seq_from", event.firstSeq());
    }
    json.writeNumberField("seq", event.seq());
    json.writeStringField("type", event.type().wire());
    json.writeStringField("at", outline.at());
    text(json, "tool_name", outline.toolName());
    text(json, "tool_call_id", outline.toolCall());
    Subagent subagent = outline.subagent();
    if (subagent != null) {
      json.writeObjectFieldStart("subagent");
      json.writeStringField("id", subagent.id());
      json.writeStringField("name", subagent.name());
      text(json, "parent", subagent.parent());
      json.writeEndObject();
    }
    text(json, "code", outline.code());
    json.writeNumberField("bytes", event.bytes());
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
