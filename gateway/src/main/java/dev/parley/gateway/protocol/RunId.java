package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/** One execution of one agent on one thread. */
public record RunId(String value) {

  private static final Pattern FORM = Pattern.compile("r_[A-Za-z0-9_-]{1,61}");

  /** Checks the form. @throws IllegalArgumentException when it is not a run id of this gateway */
  public RunId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("run_id", value, "a run id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
