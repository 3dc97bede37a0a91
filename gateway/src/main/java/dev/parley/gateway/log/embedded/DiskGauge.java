package dev.parley.gateway.log.embedded;

import java.io.File;
import java.nio.file.Path;

/** How much room the disk of a folder has. Callable from any thread; asks the file system. */
final class DiskGauge {

  /** The part of the whole disk that is kept free: 2 %. */
  private static final int PART = 50;

  private final File folder;
  private final long least;

  /**
   * A gauge that is low below so many free bytes, and below 2 % of the disk as large as it is now.
   * A disk that does not say how large it is has room.
   */
  DiskGauge(Path folder, long minFree) {
    this.folder = folder.toFile();
    long whole = this.folder.getTotalSpace();
    this.least = whole > 0 ? Math.max(minFree, whole / PART) : 0;
  }

  boolean isLow() {
    return least > 0 && folder.getUsableSpace() < least;
  }
}
