package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/** The configured name of an agent. */
public record AgentName(String value) {

  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,64}");

  /** Checks the form. @throws IllegalArgumentException when it is not 1 to 64 of a-z 0-9 - */
  public AgentName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(Texts.expected("agent", value, "1 to 64 of a-z 0-9 -"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
