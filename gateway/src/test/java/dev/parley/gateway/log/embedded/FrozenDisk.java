package dev.parley.gateway.log.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system that stalls when it is frozen: no write ends until it is thawed. Root only. */
public final class FrozenDisk implements AutoCloseable {

  private static final int DEVICE_MEBIBYTES = 96;
  private static final long IMAGE_BYTES = 80L << 20;

  private final SmallDisk device;
  private final Path path;
  private boolean isFrozen;

  private FrozenDisk(SmallDisk device, Path path) {
    this.device = device;
    this.path = path;
  }

  /** Mounts one that works. */
  public static FrozenDisk mount() throws IOException {
    SmallDisk device = SmallDisk.mount(DEVICE_MEBIBYTES);
    Path path = Files.createTempDirectory("parley-frozen");
    try {
      Path image = device.path().resolve("image");
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(IMAGE_BYTES);
      }
      SmallDisk.run("mkfs.ext4", "-q", "-F", image.toString());
      SmallDisk.run("mount", "-o", "loop", image.toString(), path.toString());
      return new FrozenDisk(device, path);
    } catch (IOException e) {
      Files.delete(path);
      device.close();
      throw e;
    }
  }

  /** Tries it. */
  public static boolean canBeMounted() {
    if (!SmallDisk.canBeMounted()) {
      return false;
    }
    try (FrozenDisk disk = mount()) {
      disk.freeze();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public Path path() {
    return path;
  }

  /** Stalls every write from now on. */
  public void freeze() throws IOException {
    SmallDisk.run("fsfreeze", "--freeze", path.toString());
    isFrozen = true;
  }

  /** Lets the writes end that wait, and later ones. */
  public void thaw() throws IOException {
    if (isFrozen) {
      SmallDisk.run("fsfreeze", "--unfreeze", path.toString());
      isFrozen = false;
    }
  }

  @Override
  public void close() throws IOException {
    thaw();
    SmallDisk.run("umount", path.toString());
    Files.delete(path);
    device.close();
  }
}
