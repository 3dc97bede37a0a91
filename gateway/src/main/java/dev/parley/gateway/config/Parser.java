package dev.parley.gateway.config;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;

/**
 * Reads one kind of value from text and checks its bounds.
 *
 * @param expectation completes "expected: …" in the error text
 * @param confidential whether the text must never be shown
 * @param mapping what a mapping in the file becomes
 * @param reading empty if the text is refused
 */
public record Parser<T>(
    String expectation,
    boolean confidential,
    MappingForm mapping,
    Function<String, Optional<T>> reading) {

  public Parser {
    requireNonNull(expectation, "expectation");
    requireNonNull(mapping, "mapping");
    requireNonNull(reading, "reading");
  }

  /** For values that may be shown; white space around the text is ignored. */
  public static <T> Parser<T> of(String expectation, Function<String, Optional<T>> reading) {
    return new Parser<>(expectation, false, MappingForm.NONE, text -> reading.apply(text.strip()));
  }

  public Optional<T> parse(String text) {
    return reading.apply(text);
  }

  public <R> Parser<R> map(Function<T, R> conversion) {
    return new Parser<>(
        expectation, confidential, mapping, text -> reading.apply(text).map(conversion));
  }
}
