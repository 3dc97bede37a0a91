package dev.parley.gateway.config;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Parsers of values without a unit. */
public final class Parsers {

  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private static final int MAX_PORT = 65_535;

  private Parsers() {}

  public static Parser<Integer> integer(int min, int max) {
    return Parser.of(
        "an integer from " + min + " to " + max,
        text ->
            Optional.of(text)
                .filter(digits -> INTEGER.matcher(digits).matches())
                .map(Long::valueOf)
                .filter(number -> number >= min && number <= max)
                .map(Math::toIntExact));
  }

  /** A number with a decimal point, such as {@code 0.5}. */
  public static Parser<BigDecimal> decimal(String min, String max) {
    BigDecimal low = new BigDecimal(min);
    BigDecimal high = new BigDecimal(max);
    return Parser.of(
        "a number from " + min + " to " + max,
        text ->
            Optional.of(text)
                .filter(digits -> DECIMAL.matcher(digits).matches())
                .map(BigDecimal::new)
                .filter(number -> number.compareTo(low) >= 0 && number.compareTo(high) <= 0));
  }

  public static Parser<Boolean> bool() {
    return Parser.of(
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** One of the constants, written in lower case. */
  public static <E extends Enum<E>> Parser<E> oneOf(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    return Parser.of(
        constants.stream().map(Parsers::lower).collect(joining(" or ")),
        text -> constants.stream().filter(constant -> lower(constant).equals(text)).findFirst());
  }

  /** Any text that is not empty. */
  public static Parser<String> text() {
    return text("text that is not empty");
  }

  /** Any text that is not empty; the caller checks it further. */
  public static Parser<String> text(String expectation) {
    return Parser.of(expectation, text -> Optional.of(text).filter(t -> !t.isEmpty()));
  }

  /** Text that matches the whole of {@code pattern}. */
  public static Parser<String> matching(Pattern pattern, String expectation) {
    return Parser.of(expectation, text -> Optional.of(text).filter(pattern.asMatchPredicate()));
  }

  /** A time in UTC, such as {@code 2026-12-31T00:00:00Z}. */
  public static Parser<Instant> instant() {
    return Parser.of("a time such as 2026-12-31T00:00:00Z", Parsers::asInstant);
  }

  private static Optional<Instant> asInstant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  public static Parser<Path> path() {
    return Parser.of("a path in the file system", Parsers::asPath);
  }

  /** An absolute {@code http} or {@code https} address without user and fragment. */
  public static Parser<URI> httpUrl() {
    return Parser.of("an http:// or https:// URL without user and fragment", Parsers::asHttpUrl);
  }

  private static Optional<URI> asHttpUrl(String text) {
    try {
      return Optional.of(new URI(text)).filter(Parsers::isUsable);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isUsable(URI uri) {
    return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawFragment() == null
        && uri.getPort() != 0
        && uri.getPort() <= MAX_PORT
        && uri.toASCIIString().equals(uri.toString());
  }

  /** Values separated by commas; the empty text is the empty list. */
  public static <T> Parser<List<T>> list(Parser<T> element) {
    return Parser.of(
        "a comma-separated list, each " + element.expectation(),
        text -> text.isEmpty() ? Optional.of(List.of()) : elements(element, text));
  }

  private static <T> Optional<List<T>> elements(Parser<T> element, String text) {
    List<T> values = new ArrayList<>();
    for (String part : Arrays.asList(text.split(",", -1))) {
      Optional<T> value = element.parse(part);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(List.copyOf(values));
  }

  static Optional<Path> asPath(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
