package dev.parley.gateway.log;

import java.time.Duration;

/**
 * Is told how the disk beneath a log fares. Called on the log's committer thread, in the order in
 * which things happen; must not block and must not fail.
 */
public interface StoreWatch {

  /** Nobody is told. */
  StoreWatch NONE =
      new StoreWatch() {
        @Override
        public void lost(LogException why) {}

        @Override
        public void reopened() {}

        @Override
        public void slow(Duration write) {}

        @Override
        public void diskSpace(DiskSpace space) {}
      };

  /** A write failed: until {@link #reopened} commits wait. Called once for each such time. */
  void lost(LogException why);

  /** The log is open again, and takes commits. */
  void reopened();

  /** A synced write took unusually long; the commits in it just waited. */
  void slow(Duration write);

  /** From now on there is so much free room; there was plenty at the beginning. */
  void diskSpace(DiskSpace space);
}
