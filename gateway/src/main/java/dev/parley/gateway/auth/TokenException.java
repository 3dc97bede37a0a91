package dev.parley.gateway.auth;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;

/**
 * A token that is refused. The message may be shown to its bearer; it has no part of the token in
 * it. It carries no stack: hostile input must stay cheap.
 */
public final class TokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** A refusal with {@code unauthenticated} or {@code token_expired}. */
  public TokenException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** The refusal of a request that brought the token: 401, or 403 of one that is good elsewhere. */
  public Problem problem() {
    return Problem.of(code == ErrorCode.FORBIDDEN ? 403 : 401, code, String.valueOf(getMessage()));
  }
}
