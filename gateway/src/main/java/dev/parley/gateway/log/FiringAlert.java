package dev.parley.gateway.log;

/**
 * An alert that fires, kept for the process after this one.
 *
 * @param firedMillis when it fired, epoch milliseconds
 * @param value how things were then
 * @param limit the value that it must not exceed
 * @param text one sentence with both, for people
 * @param isTold whether its broadcast was stored
 */
public record FiringAlert(
    String name, long firedMillis, double value, double limit, String text, boolean isTold) {

  /** The same after its broadcast was stored. */
  public FiringAlert told() {
    return new FiringAlert(name, firedMillis, value, limit, text, true);
  }
}
