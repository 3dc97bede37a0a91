package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * A small file beside RocksDB's files with the number of a record up to which the store was surely
 * on the disk. It lags and is not always synced, so it is a lower bound. It detects a store whose
 * newest files were truncated or removed, which RocksDB takes for a crash. For one thread at a
 * time.
 */
final class NewestRecordFile {

  static final String NAME = "NEWEST";

  private final Path file;

  NewestRecordFile(Path files) {
    this.file = files.resolve(NAME);
  }

  /** Records that everything up to this record is on the disk. */
  void write(long newest, boolean synced) throws IOException {
    String number = String.format(Locale.ROOT, "%016x", newest);
    ByteBuffer line = ByteBuffer.wrap((number + sum(number) + "\n").getBytes(US_ASCII));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(line, 0);
      if (synced) {
        channel.force(false);
      }
    }
  }

  /** The lower bound. Absent when the file does not exist or was torn by a power loss. */
  OptionalLong read() throws IOException {
    if (Files.notExists(file)) {
      return OptionalLong.empty();
    }
    String line = new String(Files.readAllBytes(file), US_ASCII);
    boolean whole = line.length() == 25 && line.startsWith(sum(line.substring(0, 16)), 16);
    return whole
        ? OptionalLong.of(Long.parseUnsignedLong(line.substring(0, 16), 16))
        : OptionalLong.empty();
  }

  private static String sum(String number) {
    CRC32 crc = new CRC32();
    crc.update(number.getBytes(US_ASCII));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
