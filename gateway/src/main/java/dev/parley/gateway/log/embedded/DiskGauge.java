package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DiskSpace;
import java.io.File;
import java.nio.file.Path;

/**
 * Measures the free space of a folder's disk. May be called from any thread; asks the file system.
 */
final class DiskGauge {

  /** The share while there is enough space. */
  static final long UNLIMITED = Long.MAX_VALUE;

  /** At least 1/50 (2 %) of the disk is kept free. */
  private static final int MIN_FREE_PART = 50;

  private final File folder;
  private final long minFree;

  /**
   * A gauge for a disk that is low below {@code minFree} bytes, or below 2 % of its present size if
   * that is more. A disk of unknown size always has space.
   */
  DiskGauge(Path folder, long minFree) {
    this.folder = folder.toFile();
    long whole = this.folder.getTotalSpace();
    this.minFree = whole > 0 ? Math.max(minFree, whole / MIN_FREE_PART) : 0;
  }

  /**
   * The maximum of stored bytes of a user who may store more. When the free space above the minimum
   * is no more than the minimum itself, it is that free space; so the users with the most stored
   * bytes are refused first, however many share the disk (A. K. Choudhury and E. L. Hahne, "Dynamic
   * Queue Length Thresholds for Shared-Memory Packet Switches", IEEE/ACM Transactions on Networking
   * 6, 1998). Negative when no user may store more.
   */
  long share() {
    if (minFree == 0) {
      return UNLIMITED;
    }
    long free = folder.getUsableSpace() - minFree;
    return free > minFree ? UNLIMITED : Math.max(free, -1);
  }

  /** The state of the disk that a share stands for. */
  static DiskSpace space(long share) {
    return share == UNLIMITED ? DiskSpace.PLENTY : share < 0 ? DiskSpace.LOW : DiskSpace.SHORT;
  }
}
