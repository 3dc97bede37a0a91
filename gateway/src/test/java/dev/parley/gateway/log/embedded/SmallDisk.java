package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of a few mebibytes in memory, mounted for one test. Only root can mount it. */
public final class SmallDisk implements AutoCloseable {

  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Tries it. */
  public static boolean canBeMounted() {
    try (SmallDisk disk = mount(1)) {
      return Files.isDirectory(disk.path);
    } catch (IOException e) {
      return false;
    }
  }

  public static SmallDisk mount(int mebibytes) throws IOException {
    Path path = Files.createTempDirectory("parley-disk");
    try {
      run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", path.toString());
      return new SmallDisk(path);
    } catch (IOException e) {
      Files.delete(path);
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** Leaves this many bytes free. */
  public void fillUpTo(long free) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (path.toFile().getUsableSpace() > free) {
        out.write(block);
      }
    }
  }

  public void free() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return path.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    run("umount", path.toString());
    Files.delete(path);
  }

  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(List.of(command) + ": " + said.strip());
    }
  }
}
