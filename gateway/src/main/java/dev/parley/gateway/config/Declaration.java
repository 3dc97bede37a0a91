package dev.parley.gateway.config;

import java.util.Optional;

/** One setting, or a family of settings that has one setting for each {@code <name>}. */
public sealed interface Declaration permits Setting, SettingFamily {

  /** The dotted name, with {@code <name>} in the place of a family's variable part. */
  String name();

  /** The default as an operator writes it; empty if there is none. */
  String defaultText();

  Parser<?> parser();

  /** One sentence for {@code --help} and the documentation. */
  String meaning();

  /** Whether this dotted name is declared here. */
  boolean covers(String dotted);

  /** The dotted name that this environment variable sets, if it is declared here. */
  Optional<String> dotted(String variable);
}
