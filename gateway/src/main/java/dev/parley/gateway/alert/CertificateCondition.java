package dev.parley.gateway.alert;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The certificate that is used now must be valid for a while. */
final class CertificateCondition implements Condition {

  private static final double SECONDS_PER_DAY = 86_400;

  private final Duration least;
  private final LongSupplier remaining;

  /**
   * A condition.
   *
   * @param remaining the seconds until the end of the certificate; negative after it
   */
  CertificateCondition(Duration least, LongSupplier remaining) {
    this.least = least;
    this.remaining = remaining;
  }

  @Override
  public String name() {
    return "certificate";
  }

  @Override
  public Reading read(long nanos) {
    long seconds = remaining.getAsLong();
    String text =
        (seconds < 0
                ? "the certificate ended " + days(-seconds) + " ago"
                : "the certificate ends in " + days(seconds))
            + " (expected: at least "
            + days(least.toSeconds())
            + " left)";
    return new Reading(seconds < least.toSeconds(), seconds, least.toSeconds(), text);
  }

  private static String days(long seconds) {
    return String.format(Locale.ROOT, "%.1f days", seconds / SECONDS_PER_DAY);
  }
}
