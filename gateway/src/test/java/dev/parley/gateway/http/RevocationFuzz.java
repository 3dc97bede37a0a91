package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.auth.RevocationConfig;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.buffer.Unpooled;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bodies that revoke tokens, or end a revocation, of an operator or an admin of one tenant. */
public final class RevocationFuzz implements FuzzTarget {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC);
  private static final Principal OPERATOR =
      new Principal(
          new UserId("acme", "eve"), "early", Set.of(Scope.ADMIN, Scope.OPERATOR), Instant.MAX);

  private final OperatorAccess access =
      new OperatorAccess(
          new Audit(new MemoryLog(CLOCK, IdSource.random()).audit(), CLOCK, () -> {}));
  private final Revocations revocations =
      new Revocations(Settings.defaults(RevocationConfig::read), Duration.ofSeconds(5), CLOCK);

  @Override
  public String name() {
    return "revocation";
  }

  @Override
  public List<byte[]> examples() {
    return List.of(
        FuzzTarget.of(0, "{\"token_id\":\"t-1\",\"expires_at\":\"2027-02-01T00:00:00Z\"}"),
        FuzzTarget.of(
            0,
            "{\"user_id\":\"ada\",\"tenant\":\"acme\",\"issued_before\":\"2027-01-01T00:00:00Z\"}"),
        FuzzTarget.of(
            0, "{\"tenant\":\"t\",\"issued_before\":\"1970-01-01T00:00:00.5Z\",\"reason\":\"é\"}"),
        FuzzTarget.of(1, "{\"user_id\":\"ada\",\"reason\":\"it was found again\"}"),
        FuzzTarget.of(1, "{\"token_id\":\"t-1\",\"tenant\":\"acme\"}"));
  }

  @Override
  public List<String> words() {
    return List.of(
        "+1000000000-12-31T23:59:59.999999999Z",
        "-999999999-01-01T00:00:00Z",
        "T24:00:00Z",
        "\"expires_at\":",
        "\"issued_before\":",
        "null");
  }

  @Override
  public void take(byte[] input) {
    try {
      if (FuzzTarget.variant(input, 2) == 0) {
        revoked(read(FuzzTarget.rest(input), RevocationsEndpoint.MEMBERS));
      } else {
        JsonBody body = read(FuzzTarget.rest(input), RevocationRemovalEndpoint.MEMBERS);
        var key = RevocationForm.key(body, OPERATOR, access, OperatorAction.REMOVE_REVOCATION);
        check(key, UserForm.reason(body));
      }
    } catch (RefusedException refused) {
      if (refused.getMessage() == null || Response.of(refused.refusal()).length() > 4_096) {
        throw new IllegalStateException("the refusal is too long", refused);
      }
    }
  }

  private static JsonBody read(byte[] body, List<String> members) {
    return JsonBody.read(Unpooled.wrappedBuffer(body), members, "{\"user_id\"} or {\"token_id\"}");
  }

  private void revoked(JsonBody body) {
    RevocationKey key = RevocationForm.key(body, OPERATOR, access, OperatorAction.ADD_REVOCATION);
    Revocation asked =
        revocations.asked(
            key,
            RevocationForm.issuedBefore(body, key, CLOCK),
            RevocationForm.expiresAt(body, key, CLOCK));
    check(key, UserForm.reason(body));
    var ignored = JsonOut.object(out -> RevocationForm.write(out.json(), asked));
    if (!asked.keptUntil().isAfter(CLOCK.instant())) {
      throw new IllegalStateException("it would not be kept: " + asked);
    }
  }

  private static void check(RevocationKey key, @Nullable String reason) {
    if (key.tenant().isEmpty() || (reason != null && reason.isEmpty())) {
      throw new IllegalStateException("a name of nothing: " + key);
    }
  }
}
