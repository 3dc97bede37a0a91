package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A store in a folder of its own, with a committer that the test runs. */
final class CommitterRig implements AutoCloseable {

  static final Generation GENERATION = new Generation(new Epoch("e1"));

  final RocksStore store;
  final FailingDisk disk;
  CommitQueue queue;
  private final StoreWatch watch;
  private final Path folder;

  CommitterRig() {
    this(StoreWatch.NONE);
  }

  CommitterRig(StoreWatch watch) {
    this.watch = watch;
    queue = newQueue();
    try {
      folder = Files.createTempDirectory("parley-committer");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    disk = new FailingDisk(store);
  }

  private CommitQueue newQueue() {
    return new CommitQueue(new QueueBound(QueueBound.DEFAULT_BYTES), watch);
  }

  /** Works through what is queued on this thread; then there is another queue. */
  void run() {
    run(state());
  }

  /** As the other method, with this state. */
  void run(BatchState state) {
    queue.close(new LogException("closed"));
    committer(state, System::nanoTime).run();
    queue = newQueue();
  }

  BatchState state() {
    return new BatchState(store, readers(), Retention.DEFAULT);
  }

  Committer committer(BatchState state, LongSupplier nanoClock) {
    ExpiryClock time = new ExpiryClock(Clock.systemUTC(), nanoClock, Duration.ofHours(1));
    return new Committer(queue, state, disk, time);
  }

  BatchState.DiskReaders readers() {
    return BatchState.DiskReaders.of(store, reader(), new DamagedRecords(StoreWatch.NONE));
  }

  StoreReader reader() {
    return new StoreReader(store, GENERATION, new TextDeltas());
  }

  void put(ColumnFamily family, byte[] key, byte... value) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(family), key, value);
      store.write(batch);
    } catch (RocksDBException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
    EventLogContract.deleteAll(folder);
  }
}
