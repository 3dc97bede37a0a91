package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST} and {@code GET /v1/revocations}: revokes tokens and closes their connections, or
 * lists what is revoked (protocol, "Operators' calls"). Needs the scope {@code admin} or {@code
 * operator}.
 */
public final class RevocationsEndpoint extends OperatorEndpoint {

  /** The members of a body that revokes. */
  static final List<String> MEMBERS =
      List.of("token_id", "user_id", "tenant", "issued_before", "expires_at", "reason");

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int MAX_PER_USER = 4;
  private static final Call REVOKE =
      Call.post("revokeTokens", "Revokes tokens, and closes the connections that have them.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .takes("Which tokens.", "http", "revocation_request")
          .answers(200, "They are revoked, durably.", "http", "revoked")
          .refuses(ErrorCode.QUOTA_EXCEEDED);
  private static final Call LIST =
      Call.get("listRevocations", "Lists what is revoked in a tenant, a page at a time.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .query("tenant", "Of this tenant; if absent, that of the token.")
          .query("after", "The next of the page before.")
          .query("limit", "The length of the page; if absent, " + DEFAULT_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "A page of revocations.", "http", "revocations");

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("revocations", MAX_PER_USER);
  private final Revocations revocations;
  private final LiveConnections live;
  private final Clock clock;

  public RevocationsEndpoint(
      OperatorAccess access, Revocations revocations, LiveConnections live, Clock clock) {
    super("/v1/revocations", access, LIST, REVOKE);
    this.revocations = revocations;
    this.live = live;
    this.clock = clock;
  }

  private static boolean revokes(Request request) {
    return request.http().method().equals(HttpMethod.POST);
  }

  private static OperatorAction action(Request request) {
    return revokes(request) ? OperatorAction.ADD_REVOCATION : OperatorAction.LIST_REVOCATIONS;
  }

  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, action(head));
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal caller = access.require(request, action(request));
    return revokes(request) ? revoke(caller, request) : list(caller, request);
  }

  // -- revoking

  private CompletionStage<Response> revoke(Principal caller, Request request) {
    var ignored = request.query(REVOKE);
    JsonBody body =
        JsonBody.read(request.http().content(), MEMBERS, "{\"user_id\"} or {\"token_id\"}");
    RevocationKey key = RevocationForm.key(body, caller, access, OperatorAction.ADD_REVOCATION);
    Revocation asked =
        revocations.asked(
            key,
            RevocationForm.issuedBefore(body, key, clock),
            RevocationForm.expiresAt(body, key, clock));
    String reason = UserForm.reason(body);
    return inFlight.run(
        caller.user(),
        () -> {
          AuditEntry begun =
              access.audit().begun(caller, OperatorAction.ADD_REVOCATION, matter(asked, reason));
          return LogResponses.of(
              revocations
                  .revoke(asked, begun)
                  .thenComposeAsync(
                      now -> close(key, request).thenApply(closed -> revoked(now, closed)),
                      request.loop()),
              request,
              response -> response);
        });
  }

  /** What it is about, for the audit log. */
  private static Audit.Matter matter(Revocation asked, @Nullable String reason) {
    RevocationKey key = asked.key();
    String issuedBefore =
        asked.issuedBefore().map(time -> "issued before " + JsonOut.timestamp(time)).orElse(null);
    return switch (key.kind()) {
      case TENANT -> new Audit.Matter(key.tenant(), null, issuedBefore, reason);
      case USER -> new Audit.Matter(key.tenant(), key.name(), issuedBefore, reason);
      case TOKEN -> new Audit.Matter(key.tenant(), null, key.name(), reason);
    };
  }

  private CompletionStage<Integer> close(RevocationKey key, Request request) {
    return key.kind() == RevocationKey.Kind.USER
        ? live.closeIf(
            new UserId(key.tenant(), key.name()), revocations::isRevoked, CloseReason.REVOKED)
        : live.closeIf(key.tenant(), revocations::isRevoked, CloseReason.REVOKED, request.loop());
  }

  private static Response revoked(Revocation now, int closed) {
    return Response.json(
        200,
        JsonOut.object(
            out -> {
              RevocationForm.write(out.json(), now);
              out.number("closed", closed);
            }));
  }

  // -- listing

  private CompletionStage<Response> list(Principal caller, Request request) {
    Query query = request.query(LIST);
    String tenant =
        access.tenant(
            caller,
            query.optional("tenant", text -> text).orElse(null),
            OperatorAction.LIST_REVOCATIONS);
    RevocationKey after = query.optional("after", text -> parse(tenant, text)).orElse(null);
    int limit = query.limit(MAX_LIMIT).orElse(DEFAULT_LIMIT);
    return LogResponses.after(
        access
            .audit()
            .listed(caller, OperatorAction.LIST_REVOCATIONS, Audit.Matter.of(tenant, null)),
        request,
        () -> {
          // One more than the page shows whether there is another page.
          List<Revocation> found = revocations.page(tenant, after, limit + 1);
          return CompletableFuture.completedStage(
              Response.json(200, JsonOut.object(out -> write(out.json(), found, limit))));
        });
  }

  private static void write(JsonGenerator json, List<Revocation> found, int limit)
      throws IOException {
    List<Revocation> page = found.subList(0, Math.min(found.size(), limit));
    json.writeArrayFieldStart("revocations");
    for (Revocation each : page) {
      json.writeStartObject();
      RevocationForm.write(json, each);
      json.writeEndObject();
    }
    json.writeEndArray();
    if (page.size() < found.size()) {
      json.writeStringField("next", text(page.get(page.size() - 1).key()));
    }
  }

  // -- the cursor: the kind, then the name

  private static String text(RevocationKey last) {
    return PairCursor.text(last.kind().toString(), last.name());
  }

  private static RevocationKey parse(String tenant, String text) {
    return PairCursor.parse(
        text, (kind, name) -> new RevocationKey(tenant, RevocationKey.Kind.valueOf(kind), name));
  }
}
