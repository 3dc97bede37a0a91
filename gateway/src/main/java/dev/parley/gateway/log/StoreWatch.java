package dev.parley.gateway.log;

import java.time.Duration;

/**
 * Receives the state of the log's disk, and what it stores. Called on the log's committer thread,
 * in the order of events. Must not block or fail.
 */
public interface StoreWatch {

  /** Ignores everything. */
  StoreWatch NONE =
      new StoreWatch() {
        /** A write failed. Commits wait until {@link #reopened}. Called once per failure. */
        @Override
        public void lost(LogException why) {}

        /** The log is open again and accepts commits. */
        @Override
        public void reopened() {}

        /** A synced write took unusually long. Its commits only waited. */
        @Override
        public void slow(Duration write) {}

        /** The disk's free space has changed. It begins as {@link DiskSpace#PLENTY}. */
        @Override
        public void diskSpace(DiskSpace space) {}
      };

  /**
   * A commit is stored.
   *
   * @param nanos since it was submitted
   * @param events how many it appended
   */
  default void committed(long nanos, int events) {}

  /** No web hook of an end was kept, because too many wait. */
  default void hookDropped() {}

  /** The committer begins with what it has taken: a batch of commits, a step of maintenance. */
  default void working() {}

  /** It has done that. */
  default void idle() {}

  /** A synced write took so long. */
  default void written(long nanos) {}

  /**
   * So many broadcasts were removed, because a record of each is damaged. Called on a thread of the
   * log.
   */
  default void broadcastsDropped(int broadcasts) {}

  /** A web hook was removed, because its record is damaged. Called on a thread of the log. */
  default void hookDamaged() {}

  /**
   * A record is damaged, and was left out where others were read. Called once for each in a
   * process, on a thread of the log.
   */
  default void recordDamaged() {}

  /** A write failed: until {@link #reopened} commits wait. Called once for each such time. */
  void lost(LogException why);

  /** The log is open again, and takes commits. */
  void reopened();

  /** A synced write took unusually long; the commits in it just waited. */
  void slow(Duration write);

  /** From now on there is so much free room; there was plenty at the beginning. */
  void diskSpace(DiskSpace space);
}
