package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/** One live socket. */
public record ConnectionId(String value) {

  private static final Pattern FORM = Pattern.compile("c_[A-Za-z0-9_-]{1,61}");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not a connection id of this
   * gateway
   */
  public ConnectionId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("connection_id", value, "a connection id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
