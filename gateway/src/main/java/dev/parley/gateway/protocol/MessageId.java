package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/** One message in a thread, of a person or of an agent. */
public record MessageId(String value) {

  private static final Pattern FORM = Pattern.compile("m_[A-Za-z0-9_-]{1,61}");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not a message id of this gateway
   */
  public MessageId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("message_id", value, "a message id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
