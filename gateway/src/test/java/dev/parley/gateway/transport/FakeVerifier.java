package dev.parley.gateway.transport;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Instant;
import java.util.Set;

/** Accepts a user's name as the token; some names are invalid tokens. */
final class FakeVerifier implements TokenVerifier {

  @Override
  public Principal verify(String token) {
    return switch (token) {
      case "expired" -> throw RefusedException.of(ErrorCode.TOKEN_EXPIRED, "exp: passed");
      case "forged" -> throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "signature: not ours");
      case "stranger" -> throw RefusedException.of(ErrorCode.FORBIDDEN, "tenant: not yours");
      case "" -> throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "token: empty");
      default -> bearer(token);
    };
  }

  private static Principal bearer(String token) {
    try {
      return named(token);
    } catch (IllegalArgumentException e) {
      throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "sub: no name");
    }
  }

  static Principal named(String name) {
    return new Principal(new UserId("default", name), "early", Set.of(Scope.CHAT), Instant.MAX);
  }
}
