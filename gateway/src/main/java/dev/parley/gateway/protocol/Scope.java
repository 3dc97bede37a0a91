package dev.parley.gateway.protocol;

import java.util.Locale;
import java.util.Optional;

/** What a token allows its bearer to do. */
public enum Scope {
  /** To chat, send messages, cancel runs and subscribe. */
  CHAT,
  /** To name the agent that answers. */
  AGENT,
  /** To add events to runs, as a back end. */
  PUBLISH,
  /** To act for the tenant. */
  ADMIN,
  /** To operate the process. */
  OPERATOR;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The scope of that name; other names in a token mean something to others. */
  public static Optional<Scope> parse(String name) {
    for (Scope scope : values()) {
      if (scope.wire.equals(name)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }

  public String wire() {
    return wire;
  }
}
