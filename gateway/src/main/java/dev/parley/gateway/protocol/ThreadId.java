package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/**
 * The name of a conversation, chosen by the client and resolved inside its user's own name space.
 */
public record ThreadId(String value) {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

  /**
   * Checks the form. @throws IllegalArgumentException when it is not 1 to 64 of A-Z a-z 0-9 _ . : -
   */
  public ThreadId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("thread_id", value, "1 to 64 of A-Z a-z 0-9 _ . : -"));
    }
  }

  /**
   * The thread that a client names. {@code .} and {@code ..} are refused: in an address they mean
   * another place, and clients take them away. Only a store of an earlier version may have them.
   *
   * @throws IllegalArgumentException when the form is another one
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
