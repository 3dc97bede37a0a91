package dev.parley.gateway.audit;

import dev.parley.gateway.protocol.WireName;

/** What operators and administrators ask for. The names are stored. */
public enum OperatorAction implements WireName {
  LIST_CONNECTIONS("connections.list"),
  LIST_USERS("users.list"),
  DISCONNECT_USER("users.disconnect"),
  ERASE_USER("users.erase"),
  ADD_REVOCATION("revocations.add"),
  REMOVE_REVOCATION("revocations.remove"),
  LIST_REVOCATIONS("revocations.list"),
  /** Shows what is known of one user. */
  VIEW_USER("users.view"),
  SEND_BROADCAST("broadcasts.send"),
  READ_RECEIPT("broadcasts.receipt"),
  CANCEL_BROADCAST("broadcasts.cancel"),
  BACK_UP("backup"),
  READ_AUDIT("audit.read"),
  READ_ALERTS("alerts.read"),
  READ_HISTORY("history.read"),
  READ_METRICS("metrics.read"),
  RELOAD("reload");

  private final String wire;

  OperatorAction(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
