package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import org.rocksdb.WriteBatch;

/** What the committer writes to. On the committer's thread only; blocks. */
interface Disk {

  /**
   * The most bytes that a user may store of whom more than the ends of runs is taken; negative when
   * that is nobody.
   */
  long share();

  /**
   * Writes all of the batch or nothing; it is on the disk when this returns.
   *
   * @throws LogException when that is not known; then nothing more may be written before {@link
   *     #reopen}
   */
  void write(WriteBatch batch);

  /** Opens anew, however long it takes. False when the log is being closed before it is open. */
  boolean reopen(LogException why);
}
