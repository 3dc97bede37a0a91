package dev.parley.gateway.protocol;

/** The id of one run: one execution of an agent on a thread. */
public record RunId(String value) {

  private static final IdForm FORM = new IdForm("r_", 61, "_-");

  /** Checks the form. @throws IllegalArgumentException when it is not a run id of this gateway */
  public RunId {
    if (!FORM.matches(value)) {
      throw new IllegalArgumentException(
          Texts.expected("run_id", value, "a run id of this gateway"));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
