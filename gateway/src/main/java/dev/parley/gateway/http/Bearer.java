package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenException;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.Scope;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;

/** Who makes a request, by the token in its {@code Authorization} header (RFC 6750). */
final class Bearer {

  private static final String SCHEME = "Bearer ";

  private Bearer() {}

  /**
   * The verified bearer, who must have the scope.
   *
   * @throws RefusedException with 401 or 403
   */
  static Principal require(Request request, TokenVerifier verifier, Scope scope) {
    Principal principal = verified(token(request), verifier);
    if (!principal.has(scope)) {
      throw refused(
          403, ErrorCode.FORBIDDEN, "scope: missing (expected: " + scope.wire() + " in the token)");
    }
    return principal;
  }

  /** The scheme's name has no case (RFC 9110, section 11.1). */
  private static String token(Request request) {
    List<String> values = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    if (values.size() != 1 || !values.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw refused(
          401,
          ErrorCode.UNAUTHENTICATED,
          "header Authorization: no token (expected: Bearer and a token, once)");
    }
    return values.get(0).substring(SCHEME.length());
  }

  private static Principal verified(String token, TokenVerifier verifier) {
    try {
      return verifier.verify(token);
    } catch (TokenException e) {
      throw refused(401, e.code(), String.valueOf(e.getMessage()));
    }
  }

  private static RefusedException refused(int status, ErrorCode code, String detail) {
    return new RefusedException(Problem.of(status, code, detail));
  }
}
