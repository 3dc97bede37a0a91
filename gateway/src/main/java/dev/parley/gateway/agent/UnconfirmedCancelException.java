package dev.parley.gateway.agent;

/**
 * What the stage of a cancelled run fails with when the agent does not know whether the work has
 * stopped ({@link Agent#run}). The run then ends without a confirmation.
 */
public final class UnconfirmedCancelException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** An exception without a message and a trace: it is no failure. */
  public UnconfirmedCancelException() {
    super(null, null, false, false);
  }
}
