package dev.parley.gateway.protocol;

import java.util.regex.Pattern;

/** One life of a thread's log; opaque to clients. */
public record Epoch(String value) {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Checks the form. @throws IllegalArgumentException when it is not an epoch of this gateway */
  public Epoch {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("epoch", value, "an epoch of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
