package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;

/** The header {@code Authorization} with a bearer token (RFC 6750, section 2.1). */
public final class BearerHeader {

  private static final String SCHEME = "Bearer ";

  private BearerHeader() {}

  /**
   * The token in the header's value. The case of the scheme is ignored (RFC 9110, section 11.1).
   *
   * @throws RefusedException if there is none
   */
  public static String token(String value) {
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED, "header Authorization: no token (expected: Bearer <jwt>)");
    }
    return value.substring(SCHEME.length()).strip();
  }
}
