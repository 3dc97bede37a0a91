package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A small file beside RocksDB's files with the number of a record up to which the store was surely
 * on the disk, and how long the list of its tables was then. It lags and is not always synced, so
 * it is a lower bound. It detects a store whose newest files, or whose list of tables, were
 * truncated or removed, which RocksDB takes for a crash. For one thread at a time.
 */
final class NewestRecordFile {

  static final String NAME = "NEWEST";

  private static final int DIGITS = 16;
  private static final int SUM_DIGITS = 8;

  private final Path files;
  private final Path file;
  private @Nullable ManifestLength last;

  /**
   * The lower bound.
   *
   * @param manifest empty in a file of an earlier version
   */
  record NewestBound(long newest, Optional<ManifestLength> manifest) {}

  NewestRecordFile(Path files) {
    this.files = files;
    this.file = files.resolve(NAME);
  }

  /** Records that everything up to this record is on the disk. */
  void write(long newest, boolean synced) throws IOException {
    ManifestLength manifest = ManifestLength.of(files);
    if (!manifest.equals(last)) {
      manifest.sync(files);
      last = manifest;
    }
    String numbers = hex(newest) + hex(manifest.number()) + hex(manifest.bytes());
    ByteBuffer line = ByteBuffer.wrap((numbers + sum(numbers) + "\n").getBytes(US_ASCII));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(line, 0);
      if (synced) {
        channel.force(false);
      }
    }
  }

  /** The lower bound. Empty when the file does not exist or was torn by a power loss. */
  Optional<NewestBound> read() throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    String line = new String(Files.readAllBytes(file), US_ASCII);
    if (isWhole(line, 3)) {
      return Optional.of(
          new NewestBound(
              number(line, 0), Optional.of(new ManifestLength(number(line, 1), number(line, 2)))));
    }
    return isWhole(line, 1)
        ? Optional.of(new NewestBound(number(line, 0), Optional.empty()))
        : Optional.empty();
  }

  private static boolean isWhole(String line, int numbers) {
    int end = numbers * DIGITS;
    return line.length() == end + SUM_DIGITS + 1
        && line.startsWith(sum(line.substring(0, end)), end);
  }

  private static long number(String line, int at) {
    return Long.parseUnsignedLong(line.substring(at * DIGITS, (at + 1) * DIGITS), DIGITS);
  }

  private static String hex(long number) {
    return String.format(Locale.ROOT, "%016x", number);
  }

  private static String sum(String numbers) {
    CRC32 crc = new CRC32();
    crc.update(numbers.getBytes(US_ASCII));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
