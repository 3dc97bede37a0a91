package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;

/** A stored broadcast and what has become of it until now. */
public record BroadcastRecord(Broadcast broadcast, BroadcastStatus status) {

  /** A broadcast that was just stored. */
  public static BroadcastRecord begun(Broadcast broadcast) {
    return new BroadcastRecord(broadcast, BroadcastStatus.begun(broadcast.position()));
  }

  /** The same without the name of the user, who was erased. */
  public BroadcastRecord without(UserId user) {
    return new BroadcastRecord(broadcast.without(user), status);
  }

  /** Whether no further user gets it: it was cancelled, or its time is over. */
  public boolean isOver(long nowMillis) {
    return status.isCancelled() || nowMillis >= broadcast.expiresMillis();
  }
}
