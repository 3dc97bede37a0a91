package dev.parley.gateway.agent.builtin;

/** An expression has no value; the message tells people why. */
final class ExpressionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ExpressionException(String message) {
    super(message, null, false, false);
  }
}
