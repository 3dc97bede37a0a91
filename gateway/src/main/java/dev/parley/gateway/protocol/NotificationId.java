package dev.parley.gateway.protocol;

/** The id of a notification. It is the same in the inboxes of all users of a broadcast. */
public record NotificationId(String value) {

  private static final IdForm FORM = new IdForm("n_", 61, "_-");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not a notification id of this
   * gateway
   */
  public NotificationId {
    if (!FORM.matches(value)) {
      throw new IllegalArgumentException(
          Texts.expected("notification_id", value, "a notification id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
