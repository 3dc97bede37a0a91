package dev.parley.gateway.http;

import dev.parley.gateway.auth.BearerHeader;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** Authenticates a request by the token in its {@code Authorization} header (RFC 6750). */
final class Bearer {

  private Bearer() {}

  /**
   * The user of the token, which was verified before.
   *
   * @throws RefusedException with 401, 403 or 503
   */
  static Principal require(Request request) {
    Principal principal = request.bearer().require();
    request.onBearer().accept(principal);
    return principal;
  }

  /**
   * The same for a token that must have the scope.
   *
   * @throws RefusedException with 401, 403 or 503
   */
  static Principal require(Request request, Scope scope) {
    Principal principal = require(request);
    if (!principal.has(scope)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "scope: missing (expected: " + scope.wire() + " in the token)");
    }
    return principal;
  }

  /**
   * The text of the token.
   *
   * @throws RefusedException with 401 if there is none
   */
  static String token(HttpHeaders headers) {
    List<String> values = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    return BearerHeader.token(values.size() == 1 ? values.get(0) : "");
  }
}
