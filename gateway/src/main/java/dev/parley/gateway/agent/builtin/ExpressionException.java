package dev.parley.gateway.agent.builtin;

/** An expression without a value; the message says why, for people. */
final class ExpressionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ExpressionException(String message) {
    super(message, null, false, false);
  }
}
