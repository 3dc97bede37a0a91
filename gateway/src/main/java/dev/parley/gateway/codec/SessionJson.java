package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal.Limits;
import java.time.Duration;

/** Encodes who a bearer is and what the bearer may do. Callable from any thread. */
public final class SessionJson {

  private SessionJson() {}

  /** How much is kept of the user now. */
  public record Used(long storedBytes, long threads) {}

  /**
   * What a connection would be told.
   *
   * @param tier the one that counts, which may be another than the token names
   */
  public record Session(
      Principal principal,
      String tier,
      Duration heartbeat,
      int maxFrameBytes,
      Limits limits,
      Used used) {}

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
