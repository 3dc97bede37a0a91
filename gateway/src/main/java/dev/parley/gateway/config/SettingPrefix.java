package dev.parley.gateway.config;

import java.util.Map;
import java.util.Optional;

/**
 * The first part of the names of families of settings: {@code agents} of {@code agents.<name>.url}.
 */
public record SettingPrefix(String prefix) {

  /** A family of which no name is predefined. */
  public <T> SettingFamily<T> family(String suffix, Parser<T> parser, String meaning) {
    return new SettingFamily<>(prefix, suffix, Map.of(), parser, meaning);
  }

  /** A family of settings without a default. */
  public <T> SettingFamily<Optional<T>> optional(String suffix, Parser<T> parser, String meaning) {
    return family(suffix, parser.map(Optional::of), meaning);
  }
}
