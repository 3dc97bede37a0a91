package dev.parley.gateway.config;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * One setting that can be given in three ways under one dotted name.
 *
 * @param defaultText how {@code fallback} is written; empty when there is none
 * @param fallback holds when nothing is set
 * @param meaning one sentence
 */
public record Key<T>(String name, String defaultText, T fallback, Parser<T> parser, String meaning)
    implements Setting {

  /** Every environment variable of the gateway begins so. */
  static final String PREFIX = "PARLEY_";

  public Key {
    requireNonNull(name, "name");
    requireNonNull(defaultText, "defaultText");
    requireNonNull(fallback, "fallback");
    requireNonNull(parser, "parser");
    requireNonNull(meaning, "meaning");
  }

  /** A key whose default is written as an operator would write it. */
  public static <T> Key<T> of(String name, String value, Parser<T> parser, String meaning) {
    return new Key<>(name, value, parser.parse(value).orElseThrow(), parser, meaning);
  }

  /** A key that may stay unset. */
  public static <T> Key<Optional<T>> optional(String name, Parser<T> parser, String meaning) {
    return new Key<>(name, "", Optional.empty(), parser.map(Optional::of), meaning);
  }

  /** The environment variable of a dotted name: {@code .} and {@code _} are both {@code _}. */
  static String variable(String dotted) {
    return PREFIX + dotted.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public boolean covers(String dotted) {
    return dotted.equals(name);
  }

  @Override
  public Optional<String> dotted(String variable) {
    return variable.equals(variable(name)) ? Optional.of(name) : Optional.empty();
  }
}
