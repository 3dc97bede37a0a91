package dev.parley.gateway.protocol;

/** The id of one connection. */
public record ConnectionId(String value) {

  private static final IdForm FORM = new IdForm("c_", 61, "_-");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not a connection id of this
   * gateway
   */
  public ConnectionId {
    if (!FORM.matches(value)) {
      throw new IllegalArgumentException(
          Texts.expected("connection_id", value, "a connection id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
