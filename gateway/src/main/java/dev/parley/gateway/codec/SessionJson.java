package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal.Limits;
import java.io.IOException;
import java.time.Duration;

/** Encodes the identity and the limits of a caller. Callable from any thread. */
public final class SessionJson {

  private SessionJson() {}

  /** How much is stored for the user. */
  public record Used(long storedBytes, long threads) {}

  /**
   * The identity, limits and usage of a caller.
   *
   * @param tier the tier that is applied; may differ from the tier in the token
   */
  public record Session(
      Principal principal,
      String tier,
      Duration heartbeat,
      int maxFrameBytes,
      Limits limits,
      Used used) {}

  /** Writes the field {@code limits}. */
  public static void writeLimits(JsonGenerator json, Limits limits) throws IOException {
    SignalEncoder.limits(json, limits);
  }

  /** The body as UTF-8. */
  public static byte[] encode(Session session) {
    Principal principal = session.principal();
    return JsonOut.object(
        out -> {
          JsonGenerator json = out.json();
          json.writeStringField("user_id", principal.user().subject());
          json.writeStringField("tenant", principal.user().tenant());
          json.writeStringField("tier", session.tier());
          json.writeStringField("expires_at", JsonOut.timestamp(principal.expiresAt()));
          json.writeArrayFieldStart("scopes");
          for (Scope scope : principal.scopes().stream().sorted().toList()) {
            json.writeString(scope.wire());
          }
          json.writeEndArray();
          json.writeNumberField("heartbeat_ms", session.heartbeat().toMillis());
          json.writeNumberField("max_frame_bytes", session.maxFrameBytes());
          SignalEncoder.limits(json, session.limits());
          json.writeObjectFieldStart("used");
          json.writeNumberField("stored_bytes", session.used().storedBytes());
          json.writeNumberField("threads", session.used().threads());
          json.writeEndObject();
        });
  }
}
