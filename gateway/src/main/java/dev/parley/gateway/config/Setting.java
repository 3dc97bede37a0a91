package dev.parley.gateway.config;

import java.util.Optional;

/** What may be set: one key, or a template that stands for one key per {@code <name>}. */
public sealed interface Setting permits Key, Template {

  /** The dotted name, with {@code <name>} where a template has its hole. */
  String name();

  /** How the value is written that holds when nothing is set; empty when there is none. */
  String defaultText();

  Parser<?> parser();

  /** One sentence. */
  String meaning();

  /** Whether this dotted name is (one of) the setting's. */
  boolean covers(String dotted);

  /** The dotted name that an environment variable stands for, if it is (one of) the setting's. */
  Optional<String> dotted(String variable);
}
