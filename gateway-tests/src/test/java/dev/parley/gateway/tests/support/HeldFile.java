package dev.parley.gateway.tests.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that whoever opens it waits for, as on a disk that does not answer, until it is released.
 */
public final class HeldFile {
  private final Path file;
  private final Path pipe;
  private final byte[] content;

  /** Holds this file; what it stood for is kept aside, in a folder of the same disk. */
  public HeldFile(Path file, Path aside) {
    this.file = file;
    this.pipe = aside.resolve("held-" + file.getFileName());
    try {
      content = Files.readAllBytes(file);
      Files.delete(file);
      if (new ProcessBuilder("mkfifo", file.toString()).inheritIO().start().waitFor() != 0) {
        throw new AssertionError("mkfifo: failed (expected: a pipe at " + file + ")");
      }
    } catch (IOException e) {
      throw new AssertionError("file: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Lets whoever waits for it, and whoever opens it from now on, have what stands in it. */
  public void release() {
    try {
      Files.move(file, pipe, StandardCopyOption.ATOMIC_MOVE);
      Files.write(file, content);
      // Opened for both, a pipe needs nobody at its other end.
      try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw")) {
        both.write(content);
      }
      Files.delete(pipe);
    } catch (IOException e) {
      throw new AssertionError("file: " + e, e);
    }
  }
}
