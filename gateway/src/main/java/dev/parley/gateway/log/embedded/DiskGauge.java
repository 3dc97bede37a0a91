package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DiskSpace;
import java.io.File;
import java.nio.file.Path;

/** How much room the disk of a folder has. Callable from any thread; asks the file system. */
final class DiskGauge {

  /** The share of each user while there is room. */
  static final long UNLIMITED = Long.MAX_VALUE;

  /** The part of the whole disk that is kept free: 2 %. */
  private static final int MIN_FREE_PART = 50;

  private final File folder;
  private final long minFree;

  /**
   * A gauge of a disk that is low below so many free bytes, and below 2 % of the disk as large as
   * it is now. A disk that does not say how large it is has room.
   */
  DiskGauge(Path folder, long minFree) {
    this.folder = folder.toFile();
    long whole = this.folder.getTotalSpace();
    this.minFree = whole > 0 ? Math.max(minFree, whole / MIN_FREE_PART) : 0;
  }

  /**
   * The most bytes that a user may store who is to store more: as many as there is free room above
   * the least, when that is no more than the least again. So the users who store the most are
   * refused first, however many share the disk (A. K. Choudhury and E. L. Hahne, "Dynamic Queue
   * Length Thresholds for Shared-Memory Packet Switches", IEEE/ACM Transactions on Networking 6,
   * 1998). Negative when there is no room for anybody.
   */
  long share() {
    if (minFree == 0) {
      return UNLIMITED;
    }
    long room = folder.getUsableSpace() - minFree;
    return room > minFree ? UNLIMITED : Math.max(room, -1);
  }

  /** What a share says of the room. */
  static DiskSpace room(long share) {
    return share == UNLIMITED ? DiskSpace.PLENTY : share < 0 ? DiskSpace.LOW : DiskSpace.SHORT;
  }
}
