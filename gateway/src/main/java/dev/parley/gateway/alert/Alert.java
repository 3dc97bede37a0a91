package dev.parley.gateway.alert;

import java.time.Instant;

/**
 * An alert that has fired or cleared.
 *
 * @param firedAt when it fired; with the name it identifies the alert
 * @param at when this happened
 */
public record Alert(
    String name, Transition transition, Instant firedAt, Instant at, Condition.Reading reading) {

  /** What happened to the alert. */
  public enum Transition {
    FIRED("fired"),
    CLEARED("cleared");

    private final String wire;

    Transition(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }
}
