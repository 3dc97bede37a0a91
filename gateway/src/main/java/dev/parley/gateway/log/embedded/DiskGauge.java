package dev.parley.gateway.log.embedded;

import java.io.File;
import java.nio.file.Path;

/** How much room the disk of a folder has. Callable from any thread; asks the file system. */
final class DiskGauge {

  /** The part of the whole disk that is kept free: 2 %. */
  private static final int PART = 50;

  private final File folder;
  private final long minFree;

  /** A gauge that is low below so many free bytes, and below 2 % of the disk. */
  DiskGauge(Path folder, long minFree) {
    this.folder = folder.toFile();
    this.minFree = minFree;
  }

  /** A disk that does not say how large it is has room. */
  boolean isLow() {
    long whole = folder.getTotalSpace();
    return whole > 0 && folder.getUsableSpace() < Math.max(minFree, whole / PART);
  }
}
