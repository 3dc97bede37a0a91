package dev.parley.gateway.protocol;

/** The id of a broadcast: chosen by its sender, or made by the gateway. Unique in its tenant. */
public record BroadcastId(String value) {

  private static final IdForm FORM = new IdForm("", 64, "_.:-");

  /**
   * Checks the form. {@code .} and {@code ..} are refused: clients remove them from an address.
   *
   * @throws IllegalArgumentException when it is not 1 to 64 of A-Z a-z 0-9 _ . : -
   */
  public BroadcastId {
    if (!FORM.matches(value) || value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException(
          Texts.expected(
              "broadcast_id", value, "1 to 64 of A-Z a-z 0-9 _ . : -, but neither . nor .."));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
