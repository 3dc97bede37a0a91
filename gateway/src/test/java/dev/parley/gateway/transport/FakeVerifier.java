package dev.parley.gateway.transport;

import dev.parley.gateway.auth.TokenException;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Instant;
import java.util.Set;

/** A token is the name of its bearer; some names prove nothing. */
final class FakeVerifier implements TokenVerifier {

  @Override
  public Principal verify(String token) {
    return switch (token) {
      case "expired" -> throw new TokenException(ErrorCode.TOKEN_EXPIRED, "exp: passed");
      case "forged" -> throw new TokenException(ErrorCode.UNAUTHENTICATED, "signature: not ours");
      case "stranger" -> throw new TokenException(ErrorCode.FORBIDDEN, "tenant: not yours");
      case "" -> throw new TokenException(ErrorCode.UNAUTHENTICATED, "token: empty");
      default -> bearer(token);
    };
  }

  private static Principal bearer(String token) {
    try {
      return named(token);
    } catch (IllegalArgumentException e) {
      throw new TokenException(ErrorCode.UNAUTHENTICATED, "sub: no name");
    }
  }

  static Principal named(String name) {
    return new Principal(new UserId("default", name), "early", Set.of(Scope.CHAT), Instant.MAX);
  }
}
