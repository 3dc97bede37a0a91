package dev.parley.gateway.agent.builtin;

import java.math.BigDecimal;

/**
 * Arithmetic with {@code + - * / % ^}, signs, decimals and parentheses, by recursive descent. A
 * sign binds weaker than a power ({@code -2^2} is -4). Powers are right-associative.
 */
final class Expression {

  static final int MAX_LENGTH = 200;

  private static final int MAX_DEPTH = 50;

  private final String text;
  private int at;
  private int depth;

  private Expression(String text) {
    this.text = text;
  }

  /**
   * The value of the whole text.
   *
   * @throws ExpressionException when it has none
   */
  static Fraction evaluate(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new ExpressionException("it is longer than " + MAX_LENGTH + " characters");
    }
    Expression expression = new Expression(text);
    Fraction value = expression.sum();
    if (expression.peek() != 0) {
      throw expression.unexpected("an operator");
    }
    return value;
  }

  private Fraction sum() {
    Fraction value = product();
    while (true) {
      if (take('+')) {
        value = value.plus(product());
      } else if (take('-')) {
        value = value.minus(product());
      } else {
        return value;
      }
    }
  }

  private Fraction product() {
    Fraction value = signed();
    while (true) {
      if (take('*')) {
        value = value.times(signed());
      } else if (take('/')) {
        value = value.dividedBy(signed());
      } else if (take('%')) {
        value = value.remainder(signed());
      } else {
        return value;
      }
    }
  }

  private Fraction signed() {
    if (++depth > MAX_DEPTH) {
      throw new ExpressionException("it is nested deeper than " + MAX_DEPTH);
    }
    Fraction value = take('-') ? signed().negate() : take('+') ? signed() : power();
    depth--;
    return value;
  }

  private Fraction power() {
    Fraction base = primary();
    return take('^') ? base.power(signed()) : base;
  }

  private Fraction primary() {
    if (take('(')) {
      Fraction value = sum();
      if (!take(')')) {
        throw unexpected("a closing parenthesis");
      }
      return value;
    }
    return number();
  }

  private Fraction number() {
    peek();
    int start = at;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    try {
      return Fraction.of(new BigDecimal(text.substring(start, at)));
    } catch (NumberFormatException notOne) {
      at = start;
      throw unexpected("a number");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** The next character that is no space, 0 at the end. */
  private char peek() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private ExpressionException unexpected(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new ExpressionException(
        "expected " + expected + " at position " + (at + 1) + ", found " + found);
  }
}
