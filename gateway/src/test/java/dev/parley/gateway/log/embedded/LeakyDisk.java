package dev.parley.gateway.log.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system on a device that can be made to fail: writes are taken into the page cache, and it
 * is the sync that fails. Only root may mount it.
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

  /** Tries it out. */
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
      // Without a journal: what a sync does not bring to the device is simply not there.
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

  /** From now on what is new does not reach the device. */
  void fail() throws IOException {
    device.fillUpTo(0);
  }

  void mend() throws IOException {
    device.free();
  }

  /** Forgets what is in the page cache alone, as a loss of power does. */
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
