package dev.parley.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The lower bound: a growing file and fdatasync. */
final class FileEngine extends GroupEngine {

  private final FileChannel file;
  private final Bodies bodies = new Bodies(EVENT_BYTES);

  FileEngine(Path folder) throws IOException {
    file =
        FileChannel.open(
            folder.resolve("events"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    start();
  }

  @Override
  void write(List<byte[]> keys) throws IOException {
    int bytes = keys.stream().mapToInt(key -> key.length + EVENT_BYTES).sum();
    ByteBuffer records = ByteBuffer.allocateDirect(bytes);
    for (byte[] key : keys) {
      records.put(key).put(bodies.next());
    }
    records.flip();
    while (records.hasRemaining()) {
      file.write(records);
    }
    file.force(false);
  }

  @Override
  void closeFiles() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
