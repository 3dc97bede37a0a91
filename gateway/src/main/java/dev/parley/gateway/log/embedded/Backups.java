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
 * Makes copies of a running store in its folder {@code backups}. Each copy can replace a store. For
 * one thread at a time; blocks; fails only with a {@link LogException}.
 */
final class Backups {

  private static final String BACKUPS = "backups";
  private static final String PARTIAL = ".partial";

  private final RocksStore store;

  Backups(RocksStore store) {
    this.store = store;
  }

  /**
   * Copies all that is committed, and syncs it. The copy gets its name when it is complete.
   *
   * @param name a plain file name
   * @return the folder; absent when there is a backup of this name already
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

  /** The files of a folder, then the folder itself. */
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

  /** The text of the file that marks a backup. */
  static byte[] note() {
    return """
        This folder is a backup of a store. The gateway that opens it gives the store a new
        generation, so that clients are told, and removes this file.
        """
        .getBytes(UTF_8);
  }
}
