package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.codec.SessionJson;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.live.LastErrors;
import dev.parley.gateway.live.LiveConnection;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.DirectoryPage;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.TierLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/users}: one user as operators see it, or the directory of a tenant, a page at a
 * time (protocol, "Operators' calls"). Needs the scope {@code admin} or {@code operator}.
 */
public final class UsersEndpoint extends OperatorEndpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int MAX_PER_OPERATOR = 4;
  private static final Call CALL =
      Call.get("getUsers", "Shows one user, or lists those of a tenant who were ever connected.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .query("tenant", "Whose users; if absent, the tenant of the token.")
          .query("user_id", "This user; if absent, the directory of the tenant.")
          .query("after", "Of the directory: the next of the page before.")
          .query(
              "limit",
              "Of the directory: the length of the page; if absent, " + DEFAULT_LIMIT + ".",
              1,
              MAX_LIMIT)
          .answers(200, "The user, or a page of the directory.", "http", "user", "users")
          .refuses(ErrorCode.NOT_FOUND, ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight =
      new ConcurrencyLimit("views of users", MAX_PER_OPERATOR);
  private final EventLog log;
  private final LiveConnections live;
  private final LimitConfig limits;

  public UsersEndpoint(
      OperatorAccess access, EventLog log, LiveConnections live, LimitConfig limits) {
    super("/v1/users", access, CALL);
    this.log = log;
    this.live = live;
    this.limits = limits;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    ViewOfUser view = ViewOfUser.read(request, access, CALL);
    UserId after =
        view.query().optional("after", text -> UserNames.parse(view.tenant(), text)).orElse(null);
    Optional<Integer> limit = view.query().limit(MAX_LIMIT);
    if (view.user().isPresent() && (after != null || limit.isPresent())) {
      throw RefusedException.invalid("user_id: beside after or limit (expected: without them)");
    }
    return inFlight.run(
        view.principal().user(),
        () ->
            view.recorded(
                access,
                OperatorAction.LIST_USERS,
                request,
                () ->
                    view.user().isPresent()
                        ? one(view.user().get(), request)
                        : directory(view.tenant(), after, limit.orElse(DEFAULT_LIMIT), request)));
  }

  // -- the directory

  private CompletionStage<Response> directory(
      String tenant, @Nullable UserId after, int limit, Request request) {
    return LogResponses.of(
        log.inboxes().directory(tenant, after, limit),
        request,
        page -> Response.json(200, JsonOut.object(out -> write(out.json(), page))));
  }

  private void write(JsonGenerator json, DirectoryPage page) throws IOException {
    json.writeArrayFieldStart("users");
    for (DirectoryPage.DirectoryEntry each : page.users()) {
      json.writeStartObject();
      json.writeStringField("user_id", each.user().subject());
      writePresence(json, each.user(), each.tier(), live.of(each.user()));
      json.writeEndObject();
    }
    json.writeEndArray();
    UserId next = page.next();
    if (next != null) {
      json.writeStringField("next", UserNames.text(next));
    }
  }

  private void writePresence(
      JsonGenerator json, UserId user, String stored, List<LiveConnection> open)
      throws IOException {
    json.writeStringField("tier", limits.tier(newest(open).orElse(stored)).name());
    Instant seen = live.lastSeen(user).orElse(null);
    if (seen != null) {
      json.writeStringField("last_seen", JsonOut.timestamp(seen));
    }
    json.writeBooleanField("present", !open.isEmpty());
  }

  /** The tier in the token of the newest connection. */
  private static Optional<String> newest(List<LiveConnection> open) {
    return open.stream()
        .max(Comparator.comparing(each -> each.facts().since()))
        .map(each -> each.token().tier());
  }

  // -- one user

  /** What the log knows of a user. */
  private record Stored(@Nullable String tier, Usage usage, int openRuns) {}

  private CompletionStage<Response> one(UserId user, Request request) {
    CompletionStage<Optional<InboxState>> state =
        LogResponses.withoutDamaged(log.inboxes().find(user));
    CompletionStage<Stored> stored =
        state
            .thenCombine(
                log.usage(user),
                (found, usage) -> new Stored(found.map(InboxState::tier).orElse(null), usage, 0))
            .thenCombine(
                log.openRuns(user),
                (found, open) -> new Stored(found.tier(), found.usage(), open.size()));
    return LogResponses.of(stored, request, found -> response(user, found));
  }

  private Response response(UserId user, Stored stored) {
    List<LiveConnection> open = live.of(user);
    List<LastErrors.LastError> errors = live.errors().of(user);
    boolean isStored =
        stored.tier() != null || stored.openRuns() > 0 || !stored.usage().equals(Usage.NONE);
    if (!isStored && open.isEmpty() && errors.isEmpty()) {
      String expected = "a user of the tenant who was connected or has something stored";
      return Response.of(
          Refusal.of(ErrorCode.NOT_FOUND, Texts.expected("user_id", user.subject(), expected)));
    }
    return Response.json(200, JsonOut.object(out -> write(out.json(), user, stored, open, errors)));
  }

  private void write(
      JsonGenerator json,
      UserId user,
      Stored stored,
      List<LiveConnection> open,
      List<LastErrors.LastError> errors)
      throws IOException {
    String tier = stored.tier() == null ? "" : stored.tier();
    json.writeStringField("tenant", user.tenant());
    json.writeStringField("user_id", user.subject());
    writePresence(json, user, tier, open);
    json.writeNumberField("connections", open.size());
    json.writeNumberField("open_runs", stored.openRuns());
    json.writeNumberField("stored_bytes", stored.usage().bytes());
    json.writeNumberField("threads", stored.usage().threads());
    SessionJson.writeLimits(json, TierLimits.of(limits.tier(newest(open).orElse(tier))));
    json.writeArrayFieldStart("last_errors");
    for (LastErrors.LastError each : errors) {
      json.writeStartObject();
      json.writeStringField("at", JsonOut.timestamp(each.at()));
      json.writeStringField("code", each.code().wire());
      if (each.commandType() != null) {
        json.writeStringField("command_type", each.commandType());
      }
      if (each.run() != null) {
        json.writeStringField("run_id", each.run().value());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
