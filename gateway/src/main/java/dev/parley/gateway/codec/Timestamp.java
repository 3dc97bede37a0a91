package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes times in UTC with milliseconds (RFC 3339, section 5.6). Each frame has one, so a formatter
 * of the JDK is used only where it must be.
 */
final class Timestamp {

  /** For years of more than four digits, which no clock shows. */
  private static final DateTimeFormatter ANY_YEAR =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int SECONDS_PER_DAY = 86_400;
  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final int LENGTH = "2026-11-01T12:00:00.000Z".length();

  private Timestamp() {}

  static String of(Instant instant) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(instant.getEpochSecond(), SECONDS_PER_DAY));
    int year = date.getYear();
    if (year < 0 || year > 9999) {
      return ANY_YEAR.format(instant);
    }
    int second = Math.floorMod(instant.getEpochSecond(), SECONDS_PER_DAY);
    byte[] text = new byte[LENGTH];
    digits(text, 0, 4, year, '-');
    digits(text, 5, 2, date.getMonthValue(), '-');
    digits(text, 8, 2, date.getDayOfMonth(), 'T');
    digits(text, 11, 2, second / 3600, ':');
    digits(text, 14, 2, second / 60 % 60, ':');
    digits(text, 17, 2, second % 60, '.');
    digits(text, 20, 3, instant.getNano() / NANOS_PER_MILLI, 'Z');
    return new String(text, ISO_8859_1);
  }

  private static void digits(byte[] text, int from, int count, int number, char after) {
    int rest = number;
    for (int at = from + count - 1; at >= from; at--) {
      text[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    text[from + count] = (byte) after;
  }
}
