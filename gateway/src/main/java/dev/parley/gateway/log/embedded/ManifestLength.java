package dev.parley.gateway.log.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * How long RocksDB's list of tables is: the file that {@code CURRENT} names. It only grows, until a
 * file with a higher number takes its place. RocksDB takes a list that ends early, between two of
 * its records, for a whole one, and deletes the tables that it does not name.
 *
 * @param number of the file
 * @param bytes of the file
 * @see <a href="https://github.com/facebook/rocksdb/wiki/MANIFEST">MANIFEST</a>
 */
record ManifestLength(long number, long bytes) {

  private static final String CURRENT = "CURRENT";
  private static final String PREFIX = "MANIFEST-";

  /** The present length in RocksDB's folder. */
  static ManifestLength of(Path files) throws IOException {
    String name = Files.readString(files.resolve(CURRENT)).strip();
    try {
      long number = Long.parseLong(name.substring(PREFIX.length()));
      return new ManifestLength(number, Files.size(files.resolve(name)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException(files.resolve(CURRENT) + " names no list of tables", e);
    }
  }

  /** Whether a store with this list has lost a part of it, when it had that one once. */
  boolean isCut(ManifestLength before) {
    return number < before.number || (number == before.number && bytes < before.bytes);
  }

  /** Brings the file to the disk, as long as it is now. */
  void sync(Path files) throws IOException {
    try (FileChannel channel = FileChannel.open(file(files), StandardOpenOption.WRITE)) {
      channel.force(false);
    }
  }

  Path file(Path files) {
    return files.resolve(String.format(Locale.ROOT, PREFIX + "%06d", number));
  }
}
