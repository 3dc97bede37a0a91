package dev.parley.gateway.log;

import dev.parley.gateway.protocol.BroadcastId;

/** The name of a broadcast among all: its tenant, then its id. */
public record BroadcastKey(String tenant, BroadcastId id) {

  /** The tenant of broadcasts of the process: no user has it, so nobody can ask for one. */
  public static final String NO_TENANT = "";

  /** The name of a broadcast of the process itself, for users of all tenants. */
  public static BroadcastKey ofProcess(BroadcastId id) {
    return new BroadcastKey(NO_TENANT, id);
  }

  /** Whether it is one of the process. Its readers are not counted: nobody asks for its receipt. */
  public boolean isOfProcess() {
    return tenant.equals(NO_TENANT);
  }
}
