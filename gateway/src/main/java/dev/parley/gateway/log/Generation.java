package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;

/**
 * The generation of a store. The epochs of its threads are derived from it: a thread's first life
 * has the store's own epoch, later lives append their number. A new generation therefore renews
 * every epoch, and no epoch is used again.
 */
public record Generation(Epoch epoch) {

  /** The epoch of a thread's life with this number, from 0. */
  public Epoch ofLife(long life) {
    return life == 0 ? epoch : new Epoch(prefix() + life);
  }

  /** The life's number in an epoch of this generation. */
  public long life(Epoch ofThread) {
    return ofThread.equals(epoch)
        ? 0
        : Long.parseLong(ofThread.value().substring(prefix().length()));
  }

  private String prefix() {
    return epoch.value() + "-";
  }
}
