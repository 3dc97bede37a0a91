package dev.parley.gateway.protocol;

/** The id of a message of a person or an agent. */
public record MessageId(String value) {

  private static final IdForm FORM = new IdForm("m_", 61, "_-");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not a message id of this gateway
   */
  public MessageId {
    if (!FORM.matches(value)) {
      throw new IllegalArgumentException(
          Texts.expected("message_id", value, "a message id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
