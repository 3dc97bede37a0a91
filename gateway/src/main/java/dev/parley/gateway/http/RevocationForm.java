package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.auth.TokenId;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Reads which tokens a body is about, and writes revocations (protocol, "Operators' calls"). */
final class RevocationForm {

  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
  private static final String TENANT = "tenant";
  private static final String USER = "user_id";
  private static final String TOKEN = "token_id";
  private static final String ISSUED_BEFORE = "issued_before";

  private RevocationForm() {}

  /**
   * The tokens that the body names: one by {@code token_id}, those of {@code user_id}, or those of
   * the whole {@code tenant}, which needs the scope {@code operator}.
   *
   * @throws RefusedException with 400 or 403
   */
  static RevocationKey key(
      JsonBody body, Principal caller, OperatorAccess access, OperatorAction action) {
    if (body.text(USER).isPresent()) {
      refuseBeside(USER, TOKEN, body);
      UserId user = UserForm.user(body, caller, access, action);
      return RevocationKey.ofUser(user.tenant(), user.subject());
    }
    String id = UserForm.optional(body, TOKEN, TokenId::checked);
    if (id == null && body.text(TENANT).isEmpty()) {
      throw JsonBody.refused(
          "", "token_id or user_id: missing (expected: one, or tenant for all of its tokens)");
    }
    String tenant = UserForm.tenant(body, caller, access, action);
    if (id != null) {
      return RevocationKey.ofToken(tenant, id);
    }
    access.require(caller, action, Scope.OPERATOR);
    return RevocationKey.ofTenant(tenant);
  }

  /**
   * The time before which tokens were issued. A whole tenant must name it.
   *
   * @throws RefusedException with 400
   */
  static Optional<Instant> issuedBefore(JsonBody body, RevocationKey key, Clock clock) {
    Optional<String> given = body.text(ISSUED_BEFORE);
    if (key.kind() == RevocationKey.Kind.TOKEN) {
      refuseBeside(TOKEN, ISSUED_BEFORE, body);
    }
    if (key.kind() == RevocationKey.Kind.TENANT && given.isEmpty()) {
      throw JsonBody.refused(
          "/" + ISSUED_BEFORE,
          "issued_before: missing (expected: a time, when the whole tenant is meant)");
    }
    return given.map(
        text ->
            time(
                ISSUED_BEFORE,
                text,
                Instant.EPOCH,
                clock.instant().plus(Revocations.CLOCKS),
                "of now or before"));
  }

  /**
   * When the token expires that is revoked by its id.
   *
   * @throws RefusedException with 400
   */
  static Optional<Instant> expiresAt(JsonBody body, RevocationKey key, Clock clock) {
    Optional<String> given = body.text("expires_at");
    if (key.kind() != RevocationKey.Kind.TOKEN && given.isPresent()) {
      throw JsonBody.refused("/expires_at", "expires_at: present (expected: beside token_id only)");
    }
    return given.map(
        text -> time("expires_at", text, clock.instant(), LATEST, "in the future, up to 9999"));
  }

  private static Instant time(String name, String text, Instant min, Instant max, String which) {
    try {
      Instant time = Instant.parse(text);
      if (!time.isBefore(min) && !time.isAfter(max)) {
        return time;
      }
    } catch (DateTimeException malformed) {
      // Refused below.
    }
    throw JsonBody.refused(
        "/" + name, Texts.expected(name, text, "a time " + which + ", as 2026-11-29T09:20:11Z"));
  }

  private static void refuseBeside(String given, String other, JsonBody body) {
    if (body.text(other).isPresent()) {
      throw JsonBody.refused("/" + other, other + ": beside " + given + " (expected: one of them)");
    }
  }

  /** Writes the fields of a revocation. */
  static void write(JsonGenerator json, Revocation revocation) throws IOException {
    RevocationKey key = revocation.key();
    json.writeStringField(TENANT, key.tenant());
    if (key.kind() != RevocationKey.Kind.TENANT) {
      json.writeStringField(key.kind() == RevocationKey.Kind.USER ? USER : TOKEN, key.name());
    }
    Instant issuedBefore = revocation.issuedBefore().orElse(null);
    if (issuedBefore != null) {
      json.writeStringField(ISSUED_BEFORE, JsonOut.timestamp(issuedBefore));
    }
    json.writeStringField("revoked_at", JsonOut.timestamp(revocation.revokedAt()));
    json.writeStringField("kept_until", JsonOut.timestamp(revocation.keptUntil()));
  }
}
