package dev.parley.gateway.config;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parsers of values with a unit: durations ({@code 500ms 30s 10m 2h}) and sizes ({@code 64KiB
 * 1MiB}).
 */
public final class Quantities {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(|KiB|MiB|GiB)");

  private Quantities() {}

  /** A duration; the bounds are written the same way. */
  public static Parser<Duration> duration(String min, String max) {
    Duration low = asDuration(min).orElseThrow();
    Duration high = asDuration(max).orElseThrow();
    return Parser.of(
        "a duration from " + min + " to " + max + ", in ms, s, m or h",
        text ->
            asDuration(text)
                .filter(value -> value.compareTo(low) >= 0 && value.compareTo(high) <= 0));
  }

  /** Bytes, at most {@code Integer.MAX_VALUE}; the bounds are written the same way. */
  public static Parser<Integer> size(String min, String max) {
    long low = asBytes(min).orElseThrow();
    int high = Math.toIntExact(asBytes(max).orElseThrow());
    return Parser.of(
        "a size from " + min + " to " + max + ", in bytes, KiB, MiB or GiB",
        text -> asBytes(text).filter(value -> value >= low && value <= high).map(Math::toIntExact));
  }

  /** Bytes that may exceed {@code Integer.MAX_VALUE}. */
  public static Parser<ByteSize> bytes(String min, String max) {
    long low = asBytes(min).orElseThrow();
    long high = asBytes(max).orElseThrow();
    return Parser.of(
        "a size from " + min + " to " + max + ", in bytes, KiB, MiB or GiB",
        text -> asBytes(text).filter(value -> value >= low && value <= high).map(ByteSize::new));
  }

  private static Optional<Duration> asDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    return matcher.matches()
        ? Optional.of(Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2))))
        : Optional.empty();
  }

  private static ChronoUnit unit(String name) {
    return switch (name) {
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      default -> ChronoUnit.HOURS;
    };
  }

  private static Optional<Long> asBytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigInteger bytes = new BigInteger(matcher.group(1)).shiftLeft(shift(matcher.group(2)));
    return Optional.of(bytes).filter(b -> b.bitLength() < Long.SIZE).map(BigInteger::longValue);
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> 0;
    };
  }
}
