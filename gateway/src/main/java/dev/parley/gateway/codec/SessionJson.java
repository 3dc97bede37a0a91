package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal.Limits;

/** Encodes who a bearer is and what the bearer may do. Callable from any thread. */
public final class SessionJson {

  private SessionJson() {}

  /**
   * The body as UTF-8.
   *
   * @param tier the one that counts, which may be another than the token names
   */
  public static byte[] encode(Principal principal, String tier, Limits limits) {
    return JsonOut.object(
        out -> {
          JsonGenerator json = out.json();
          json.writeStringField("user_id", principal.user().subject());
          json.writeStringField("tenant", principal.user().tenant());
          json.writeStringField("tier", tier);
          json.writeStringField("expires_at", JsonOut.timestamp(principal.expiresAt()));
          json.writeArrayFieldStart("scopes");
          for (Scope scope : principal.scopes().stream().sorted().toList()) {
            json.writeString(scope.wire());
          }
          json.writeEndArray();
          SignalEncoder.limits(json, limits);
        });
  }
}
