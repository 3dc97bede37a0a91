package dev.parley.gateway.protocol;

import java.util.Locale;
import java.util.Optional;

/** What a token allows. */
public enum Scope implements WireName {
  /** To send messages, cancel runs and subscribe. */
  CHAT,
  /** To choose the agent that answers. */
  AGENT,
  /** To add events to runs, as a back end does. */
  PUBLISH,
  /** To act for the tenant. */
  ADMIN,
  /** To operate the process. */
  OPERATOR;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** The scope of that name; empty for a name that the gateway does not use. */
  public static Optional<Scope> parse(String name) {
    for (Scope scope : values()) {
      if (scope.wire.equals(name)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }

  @Override
  public String wire() {
    return wire;
  }
}
