package dev.parley.gateway.protocol;

/** One life of a thread's log: a deleted thread starts again under a new one. Opaque to clients. */
public record Epoch(String value) {

  private static final IdForm FORM = new IdForm("", 64, "_-");

  /** Checks the form. @throws IllegalArgumentException when it is not an epoch of this gateway */
  public Epoch {
    if (!FORM.matches(value)) {
      throw new IllegalArgumentException(
          Texts.expected("epoch", value, "an epoch of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
