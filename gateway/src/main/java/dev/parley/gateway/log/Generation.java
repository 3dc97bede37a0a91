package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;

/**
 * The generation of a store, of which the epochs of its threads are made: a thread's first life has
 * the store's own epoch, a later one the store's and its number. So a new generation renews every
 * epoch, and none comes back.
 */
public record Generation(Epoch epoch) {

  /** The epoch of a thread in its life of this number, from 0. */
  public Epoch ofLife(long life) {
    return life == 0 ? epoch : new Epoch(prefix() + life);
  }

  /** The number of the life that has this epoch of this generation. */
  public long life(Epoch itsEpoch) {
    return itsEpoch.equals(epoch)
        ? 0
        : Long.parseLong(itsEpoch.value().substring(prefix().length()));
  }

  private String prefix() {
    return epoch.value() + "-";
  }
}
