package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import org.rocksdb.WriteBatch;

/** The committer's disk. On the committer's thread only; blocks. */
interface Disk {

  /**
   * The maximum of stored bytes of a user from whom more than ends of runs is accepted. Negative
   * when that is no user.
   */
  long share();

  /**
   * Writes the whole batch or nothing. It is on the disk when this returns.
   *
   * @throws LogException when the outcome is unknown; {@link #reopen} must be called before the
   *     next write
   */
  void write(WriteBatch batch);

  /** Reopens the store, however long it takes. Returns false when the log is closed first. */
  boolean reopen(LogException why);
}
