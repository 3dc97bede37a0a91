package dev.parley.gateway.tests.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that blocks every open until it is released, as on a disk that does not answer. */
public final class BlockedFile {
  private final Path file;
  private final Path pipe;
  private final byte[] content;

  /**
   * Replaces this file with a pipe, so that opening it blocks. {@code aside} is a folder on the
   * same file system.
   */
  public BlockedFile(Path file, Path aside) {
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

  /** Restores the file; blocked and later readers get its content. */
  public void release() {
    try {
      Files.move(file, pipe, StandardCopyOption.ATOMIC_MOVE);
      Files.write(file, content);
      // Opened for reading and writing, a pipe needs no peer.
      try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw")) {
        both.write(content);
      }
      Files.delete(pipe);
    } catch (IOException e) {
      throw new AssertionError("file: " + e, e);
    }
  }
}
