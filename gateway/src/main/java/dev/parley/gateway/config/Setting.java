package dev.parley.gateway.config;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * The declaration of one setting: its name, default, bounds and meaning. Reader, error texts,
 * {@code --help} and {@code docs/configuration.md} are derived from it.
 *
 * @param defaultText {@code defaultValue} as an operator writes it; empty if there is none
 * @param defaultValue the value while nothing is set
 * @param parser reads the value and knows its bounds
 * @param meaning one sentence
 */
public record Setting<T>(
    String name, String defaultText, T defaultValue, Parser<T> parser, String meaning)
    implements Declaration {

  /** The prefix of every environment variable of the gateway. */
  static final String PREFIX = "PARLEY_";

  public Setting {
    requireNonNull(name, "name");
    requireNonNull(defaultText, "defaultText");
    requireNonNull(defaultValue, "defaultValue");
    requireNonNull(parser, "parser");
    requireNonNull(meaning, "meaning");
  }

  /** A setting whose default is written as an operator writes it. */
  public static <T> Setting<T> of(
      String name, String defaultText, Parser<T> parser, String meaning) {
    T defaultValue = parser.parse(defaultText).orElseThrow();
    return new Setting<>(name, defaultText, defaultValue, parser, meaning);
  }

  /** A setting without a default. */
  public static <T> Setting<Optional<T>> optional(String name, Parser<T> parser, String meaning) {
    return new Setting<>(name, "", Optional.empty(), parser.map(Optional::of), meaning);
  }

  /** The environment variable of a dotted name: {@code .} and {@code _} both become {@code _}. */
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
