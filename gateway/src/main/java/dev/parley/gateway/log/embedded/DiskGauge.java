package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Room;
import java.io.File;
import java.nio.file.Path;

/** How much room the disk of a folder has. Callable from any thread; asks the file system. */
final class DiskGauge {

  /** The share of each user while there is room. */
  static final long NO_BOUND = Long.MAX_VALUE;

  /** The part of the whole disk that is kept free: 2 %. */
  private static final int PART = 50;

  private final File folder;
  private final long least;

  /**
   * A gauge of a disk that is low below so many free bytes, and below 2 % of the disk as large as
   * it is now. A disk that does not say how large it is has room.
   */
  DiskGauge(Path folder, long minFree) {
    this.folder = folder.toFile();
    long whole = this.folder.getTotalSpace();
    this.least = whole > 0 ? Math.max(minFree, whole / PART) : 0;
  }

  /**
   * The most bytes that a user may store who is to store more: as many as there is free room above
   * the least, when that is no more than the least again. So the users who store the most are
   * refused first, however many share the disk (A. K. Choudhury and E. L. Hahne, "Dynamic Queue
   * Length Thresholds for Shared-Memory Packet Switches", IEEE/ACM Transactions on Networking 6,
   * 1998). Negative when there is no room for anybody.
   */
  long share() {
    if (least == 0) {
      return NO_BOUND;
    }
    long room = folder.getUsableSpace() - least;
    return room > least ? NO_BOUND : Math.max(room, -1);
  }

  /** What a share says of the room. */
  static Room room(long share) {
    return share == NO_BOUND ? Room.PLENTY : share < 0 ? Room.LOW : Room.SHORT;
  }
}
