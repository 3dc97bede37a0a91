package dev.parley.gateway.http;

import dev.parley.gateway.auth.BearerHeader;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;

/** Authenticates a request by the token in its {@code Authorization} header (RFC 6750). */
final class Bearer {

  private Bearer() {}

  /**
   * Verifies the token.
   *
   * @throws RefusedException with 401 or 403
   */
  static Principal require(Request request, TokenVerifier verifier) {
    Principal principal = verifier.verify(token(request));
    request.onBearer().accept(principal);
    return principal;
  }

  /**
   * Verifies the token, which must have the scope.
   *
   * @throws RefusedException with 401 or 403
   */
  static Principal require(Request request, TokenVerifier verifier, Scope scope) {
    Principal principal = require(request, verifier);
    if (!principal.has(scope)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "scope: missing (expected: " + scope.wire() + " in the token)");
    }
    return principal;
  }

  /** The text of the token. */
  static String token(Request request) {
    List<String> values = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    return BearerHeader.token(values.size() == 1 ? values.get(0) : "");
  }
}
