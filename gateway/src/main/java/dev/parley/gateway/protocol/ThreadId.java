package dev.parley.gateway.protocol;

/**
 * The name of a conversation, chosen by the client, or {@link #INBOX}. Each user has a name space.
 */
public record ThreadId(String value) {

  private static final String INBOX_NAME = "@inbox";
  private static final IdForm FORM = new IdForm("", 64, "_.:-");

  /** The thread of what was sent to the user. No client may choose this name. */
  public static final ThreadId INBOX = new ThreadId(INBOX_NAME);

  /**
   * Checks the form. @throws IllegalArgumentException when it is neither the inbox nor 1 to 64 of
   * A-Z a-z 0-9 _ . : -
   */
  public ThreadId {
    if (!value.equals(INBOX_NAME) && !FORM.matches(value)) {
      throw malformed(value);
    }
  }

  private static IllegalArgumentException malformed(String value) {
    return new IllegalArgumentException(
        Texts.expected("thread_id", value, "1 to 64 of A-Z a-z 0-9 _ . : -"));
  }

  /**
   * The thread that a client names to write to it or delete it. {@code .} and {@code ..} are
   * refused: clients remove them from an address. Only a store of an earlier version may have them.
   *
   * @throws IllegalArgumentException when the form is wrong
   */
  public static ThreadId named(String value) {
    ThreadId thread = new ThreadId(value);
    if (thread.isInbox()) {
      throw malformed(value);
    }
    if (value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException(
          Texts.expected(
              "thread_id", value, "1 to 64 of A-Z a-z 0-9 _ . : -, but neither . nor .."));
    }
    return thread;
  }

  /**
   * The thread that a client names to read it: one of its own, or the inbox.
   *
   * @throws IllegalArgumentException when the form is wrong
   */
  public static ThreadId readable(String value) {
    return value.equals(INBOX_NAME) ? INBOX : named(value);
  }

  /** Whether it is the thread of what was sent to the user. */
  public boolean isInbox() {
    return value.equals(INBOX_NAME);
  }

  @Override
  public String toString() {
    return value;
  }
}
