package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The thread heads on the disk, for work that writes outside of commits. On the committer's thread
 * only, and only between commits.
 */
interface HeadStore {

  ThreadHead head(ThreadKey thread);

  /** Adds the thread's new head, and its user's new usage, to the batch. */
  void put(ThreadKey thread, ThreadHead head, WriteBatch batch) throws RocksDBException;

  /**
   * Adds the removal of the thread's head, and its user's new usage, to the batch.
   *
   * @param head the thread's last head
   * @return the head of the thread without events
   */
  ThreadHead remove(ThreadKey thread, ThreadHead head, long nowMillis, WriteBatch batch)
      throws RocksDBException;

  /** The batch with this head is on the disk. */
  void written(ThreadKey thread, ThreadHead head);

  /** Whether the last batch was written is not known: from now on the disk tells. */
  void discard();
}
