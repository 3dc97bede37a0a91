package dev.parley.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.rocksdb.RocksDBException;

/** One thread that writes all that waits with one sync: what every engine here does. */
abstract class GroupEngine implements Engine {

  private static final int MOST = 4096;

  private final LinkedBlockingQueue<PendingAppend> queue = new LinkedBlockingQueue<>();
  private final Thread writer = new Thread(this::run, "bench-writer");
  private long next;

  private record PendingAppend(int thread, CompletableFuture<Boolean> stage) {}

  final void start() {
    writer.start();
  }

  @Override
  public final CompletionStage<?> append(int thread) {
    CompletableFuture<Boolean> stage = new CompletableFuture<>();
    queue.add(new PendingAppend(thread, stage));
    return stage;
  }

  private void run() {
    List<PendingAppend> batch = new ArrayList<>();
    try {
      while (true) {
        batch.add(queue.take());
        queue.drainTo(batch, MOST);
        List<byte[]> keys = batch.stream().map(each -> key(each.thread())).toList();
        write(keys);
        batch.forEach(each -> each.stage().complete(true));
        batch.clear();
      }
    } catch (InterruptedException end) {
      // Closed
    } catch (IOException | RocksDBException e) {
      batch.forEach(each -> each.stage().completeExceptionally(e));
    }
  }

  /** What Parley's key of an event looks like: names behind their lengths, then the seq. */
  private byte[] key(int thread) {
    byte[] name = ("\7default\5bench\3t" + thread).getBytes(UTF_8);
    return ByteBuffer.allocate(name.length + Long.BYTES).put(name).putLong(next++).array();
  }

  /** Writes an event under each of the keys; they are on the disk when this returns. */
  abstract void write(List<byte[]> keys) throws IOException, RocksDBException;

  abstract void closeFiles();

  @Override
  public final void close() {
    writer.interrupt();
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeFiles();
  }
}
