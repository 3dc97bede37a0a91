package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditPage;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/audit}: what operators did, the newest first, a page at a time (protocol,
 * "Operators' calls"). The scope {@code admin} shows what is about its tenant, the scope {@code
 * operator} all.
 */
public final class AuditEndpoint extends OperatorEndpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int MAX_PER_USER = 4;
  private static final Call CALL =
      Call.get("listAudit", "Lists what operators did, the newest first, a page at a time.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .query("tenant", "What is about this tenant; if absent, with operator all.")
          .query("after", "The next of the page before.")
          .query("limit", "The length of the page; if absent, " + DEFAULT_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "A page of records.", "http", "audit")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight =
      new ConcurrencyLimit("pages of the audit log", MAX_PER_USER);
  private final SealedNumber cursors = new SealedNumber();

  public AuditEndpoint(OperatorAccess access) {
    super("/v1/audit", access, CALL);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal principal = access.require(request, OperatorAction.READ_AUDIT);
    Query query = request.query(CALL);
    String asked = query.optional("tenant", text -> text).orElse(null);
    String own = access.tenant(principal, asked, OperatorAction.READ_AUDIT);
    String tenant = asked == null && principal.has(Scope.OPERATOR) ? null : own;
    long before =
        query.optional("after", text -> cursors.open(text, context(tenant))).orElse(Long.MAX_VALUE);
    int limit = query.limit(MAX_LIMIT).orElse(DEFAULT_LIMIT);
    return inFlight.run(
        principal.user(),
        () ->
            LogResponses.of(
                access.audit().read(principal.user(), tenant, before, limit),
                request,
                page ->
                    Response.json(200, JsonOut.object(out -> write(out.json(), page, tenant)))));
  }

  /** What a cursor is for: the records of a tenant, or all. No tenant has an empty name. */
  private static String context(@Nullable String tenant) {
    return tenant == null ? "" : tenant;
  }

  private void write(JsonGenerator json, AuditPage page, @Nullable String tenant)
      throws IOException {
    json.writeArrayFieldStart("entries");
    for (AuditEntry each : page.entries()) {
      write(json, each);
    }
    json.writeEndArray();
    Long next = page.next();
    if (next != null) {
      json.writeStringField("next", cursors.seal(next, context(tenant)));
    }
  }

  private static void write(JsonGenerator json, AuditEntry entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", JsonOut.timestamp(Instant.ofEpochMilli(entry.atMillis())));
    json.writeObjectFieldStart("actor");
    json.writeStringField("tenant", entry.actor().tenant());
    json.writeStringField("user_id", entry.actor().subject());
    optional(json, "token_id", entry.token());
    json.writeEndObject();
    json.writeStringField("action", entry.action());
    json.writeStringField("tenant", entry.tenant());
    optional(json, "user_id", entry.subject());
    optional(json, "target", entry.target());
    optional(json, "reason", entry.reason());
    json.writeStringField("outcome", entry.outcome());
    json.writeEndObject();
  }

  private static void optional(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
