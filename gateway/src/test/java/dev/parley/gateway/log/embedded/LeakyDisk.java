package dev.parley.gateway.log.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system on a device that can fail: writes go to the page cache, and the sync fails. Only
 * root can mount it.
 */
final class LeakyDisk implements AutoCloseable {

  private static final long IMAGE_BYTES = 64L << 20;
  private static final int DEVICE_MEBIBYTES = 48;

  private final SmallDisk device;
  private final Path path;

  private LeakyDisk(SmallDisk device, Path path) {
    this.device = device;
    this.path = path;
  }

  /** Tries it. */
  static boolean canBeMounted() throws IOException {
    if (!SmallDisk.canBeMounted()) {
      return false;
    }
    try (LeakyDisk disk = mount()) {
      return Files.isDirectory(disk.path);
    } catch (IOException e) {
      return false;
    }
  }

  static LeakyDisk mount() throws IOException {
    SmallDisk device = SmallDisk.mount(DEVICE_MEBIBYTES);
    Path path = Files.createTempDirectory("parley-leaky");
    try {
      try (RandomAccessFile image = new RandomAccessFile(image(device).toFile(), "rw")) {
        image.setLength(IMAGE_BYTES);
      }
      // Without a journal: data that no sync brought to the device is lost.
      SmallDisk.run("mkfs.ext2", "-q", "-F", image(device).toString());
      LeakyDisk disk = new LeakyDisk(device, path);
      disk.mountImage();
      return disk;
    } catch (IOException e) {
      Files.delete(path);
      device.close();
      throw e;
    }
  }

  private static Path image(SmallDisk device) {
    return device.path().resolve("image");
  }

  private void mountImage() throws IOException {
    SmallDisk.run("mount", "-o", "loop", image(device).toString(), path.toString());
  }

  Path path() {
    return path;
  }

  /** From now on, new data does not reach the device. */
  void fail() throws IOException {
    device.fillUpTo(0);
  }

  void repair() throws IOException {
    device.free();
  }

  /** Loses what is only in the page cache, as a power loss does. */
  void remount() throws IOException {
    SmallDisk.run("umount", path.toString());
    mountImage();
  }

  @Override
  public void close() throws IOException {
    SmallDisk.run("umount", path.toString());
    Files.delete(path);
    device.close();
  }
}
