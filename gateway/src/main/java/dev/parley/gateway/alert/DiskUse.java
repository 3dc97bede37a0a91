package dev.parley.gateway.alert;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of the file system of a folder is in use. It is read on a thread that may wait for the
 * disk, and known on others, without waiting, as it was read last.
 */
public final class DiskUse {

  private final Path folder;
  private volatile double share = Double.NaN;

  public DiskUse(Path folder) {
    this.folder = folder;
  }

  /** Reads it. May wait for the disk. */
  public void read() {
    try {
      FileStore disk = Files.getFileStore(folder);
      share = 1 - (double) disk.getUsableSpace() / disk.getTotalSpace();
    } catch (IOException e) {
      share = Double.NaN;
    }
  }

  /** Between 0 and 1; NaN if it could not be read. */
  double share() {
    return share;
  }
}
