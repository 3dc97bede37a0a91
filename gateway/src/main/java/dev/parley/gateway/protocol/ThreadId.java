package dev.parley.gateway.protocol;

/** The name of a conversation, chosen by the client. Each user has a name space. */
public record ThreadId(String value) {

  private static final IdForm FORM = new IdForm("", 64, "_.:-");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not 1 to 64 of A-Z a-z 0-9 _ . : -
   */
  public ThreadId {
    if (!FORM.matches(value)) {
      throw new IllegalArgumentException(
          Texts.expected("thread_id", value, "1 to 64 of A-Z a-z 0-9 _ . : -"));
    }
  }

  /**
   * The thread that a client names. {@code .} and {@code ..} are refused: clients remove them from
   * an address. Only a store of an earlier version may have them.
   *
   * @throws IllegalArgumentException when the form is wrong
   */
  public static ThreadId named(String value) {
    ThreadId thread = new ThreadId(value);
    if (value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException(
          Texts.expected(
              "thread_id", value, "1 to 64 of A-Z a-z 0-9 _ . : -, but neither . nor .."));
    }
    return thread;
  }

  @Override
  public String toString() {
    return value;
  }
}
