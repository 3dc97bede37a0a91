package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.LogException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies of a running store, each a folder in {@code backups} of the store's own that can be put in
 * the place of a store. On one thread at a time; blocks; fails only with a {@link LogException}.
 */
final class Backups {

  private static final String BACKUPS = "backups";
  private static final String PARTIAL = ".partial";

  private final RocksStore store;

  Backups(RocksStore store) {
    this.store = store;
  }

  /**
   * Copies all that is committed, synced; it has its name only when it is complete.
   *
   * @param name a plain file name
   * @return the folder, or nothing when there is one of this name
   */
  Optional<Path> make(String name) {
    Path all = store.folder().path().resolve(BACKUPS);
    Path backup = all.resolve(name);
    if (Files.exists(backup)) {
      return Optional.empty();
    }
    Path partial = all.resolve(PARTIAL);
    try {
      deleteAll(partial);
      StoreFolder copy = new StoreFolder(partial);
      copy.makeForOwner(partial);
      store.copyTo(copy.files());
      copy.markAsBackup();
      syncAll(partial);
      Files.move(partial, backup, StandardCopyOption.ATOMIC_MOVE);
      sync(all);
      return Optional.of(backup);
    } catch (IOException e) {
      throw new LogException("backup: " + backup + " cannot be written: " + e, e);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path file : all(folder)) {
        Files.delete(file);
      }
    }
  }

  /** What is in a folder before the folder itself. */
  private static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void syncAll(Path folder) throws IOException {
    for (Path file : all(folder)) {
      sync(file);
    }
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** What the marker of a backup says to a person. */
  static byte[] note() {
    return """
        This folder is a backup of a store. The gateway that opens it gives the store a new
        generation, so that clients are told, and removes this file.
        """
        .getBytes(UTF_8);
  }
}
