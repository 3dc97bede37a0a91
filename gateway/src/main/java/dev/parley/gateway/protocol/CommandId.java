package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/** The id that a client gave a command. All connections of a user share the name space. */
public record CommandId(String value) {

  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7E]{1,64}");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not 1 to 64 printable ASCII
   * characters without spaces
   */
  public CommandId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("id", value, "1 to 64 printable ASCII characters without spaces"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
