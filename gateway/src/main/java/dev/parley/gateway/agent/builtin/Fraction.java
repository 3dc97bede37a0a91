package dev.parley.gateway.agent.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** An exact rational number. Its size is limited, so that every calculation ends soon. */
record Fraction(BigInteger numerator, BigInteger denominator) {

  private static final int MAX_BITS = 8192;
  private static final int MAX_EXPONENT = 1000;
  private static final MathContext SHOWN = new MathContext(30, RoundingMode.HALF_EVEN);

  static Fraction of(BigDecimal decimal) {
    return decimal.scale() >= 0
        ? of(decimal.unscaledValue(), BigInteger.TEN.pow(decimal.scale()))
        : of(decimal.toBigIntegerExact(), BigInteger.ONE);
  }

  private static Fraction of(BigInteger numerator, BigInteger denominator) {
    if (denominator.signum() == 0) {
      throw new ExpressionException("division by zero");
    }
    BigInteger divisor = numerator.gcd(denominator);
    BigInteger signed = denominator.signum() < 0 ? divisor.negate() : divisor;
    Fraction lowest = new Fraction(numerator.divide(signed), denominator.divide(signed));
    if (lowest.bits() > MAX_BITS) {
      throw new ExpressionException("the number gets too long");
    }
    return lowest;
  }

  private int bits() {
    return Math.max(numerator.bitLength(), denominator.bitLength());
  }

  Fraction plus(Fraction other) {
    return of(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Fraction minus(Fraction other) {
    return plus(other.negate());
  }

  Fraction negate() {
    return new Fraction(numerator.negate(), denominator);
  }

  Fraction times(Fraction other) {
    return of(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  Fraction dividedBy(Fraction other) {
    return of(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
  }

  /** The remainder of the division; it has the sign of this number, as in most languages. */
  Fraction remainder(Fraction other) {
    Fraction quotient = dividedBy(other);
    BigInteger whole = quotient.numerator.divide(quotient.denominator);
    return minus(other.times(of(whole, BigInteger.ONE)));
  }

  Fraction power(Fraction exponent) {
    if (!exponent.denominator.equals(BigInteger.ONE) || exponent.numerator.bitLength() > 31) {
      throw badExponent();
    }
    int times = exponent.numerator.intValueExact();
    if (Math.abs((long) times) > MAX_EXPONENT) {
      throw badExponent();
    }
    if ((bits() - 1L) * Math.abs(times) > MAX_BITS) {
      throw new ExpressionException("the number gets too long");
    }
    return times >= 0
        ? of(numerator.pow(times), denominator.pow(times))
        : of(denominator.pow(-times), numerator.pow(-times));
  }

  private static ExpressionException badExponent() {
    return new ExpressionException("an exponent must be a whole number from -1000 to 1000");
  }

  /** Whether it has a finite decimal form: its denominator has no prime factor but 2 and 5. */
  boolean isDecimal() {
    BigInteger rest = denominator.shiftRight(denominator.getLowestSetBit());
    return BigInteger.ONE.equals(rest)
        || BigInteger.valueOf(5).pow(rest.bitLength()).mod(rest).signum() == 0;
  }

  /** The decimal form without trailing zeros, rounded to 30 digits if it is infinite. */
  String text() {
    BigDecimal above = new BigDecimal(numerator);
    BigDecimal below = new BigDecimal(denominator);
    BigDecimal quotient = isDecimal() ? above.divide(below) : above.divide(below, SHOWN);
    return quotient.signum() == 0 ? "0" : quotient.stripTrailingZeros().toPlainString();
  }
}
