package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The log on this machine's disk. Commits are decided, written and completed on {@code
 * log-committer}, reads on {@code log-reader-1} and {@code -2}, for which users take turns. After a
 * failed write it opens itself anew, with commits and reads waiting meanwhile.
 */
public final class EmbeddedLog implements EventLog {

  /** The form of what is stored: another gateway reads it if it knows this number. */
  public static final int FORMAT = Values.NEWEST_VERSION;

  private static final byte[] EPOCH = "epoch".getBytes(StandardCharsets.US_ASCII);
  private static final int READERS = 2;
  private static final int WAITING_READS = 65_536;
  private static final int WAITING_READS_OF_USER = 16_384;

  /**
   * What a log keeps to.
   *
   * @param deltas the form of the events that are joined when their run has ended
   * @param memory the bytes for caches and buffers of the store
   * @param queue how much may wait for the committer
   * @param minFree the free bytes of the disk below which only ends of runs are taken
   * @param watch is told how the disk fares
   */
  public record LogOptions(
      Deltas deltas,
      Retention retention,
      long memory,
      QueueBound queue,
      long minFree,
      StoreWatch watch) {

    /** The terms of a log that nobody looks after. */
    public static LogOptions of(Deltas deltas) {
      return new LogOptions(
          deltas,
          Retention.DEFAULT,
          StoreConfig.DEFAULT_MEMORY,
          new QueueBound(QueueBound.DEFAULT_BYTES),
          0,
          StoreWatch.NONE);
    }
  }

  private final RocksStore store;
  private final StoreDisk disk;
  private final StoreReader reader;
  private final CommitQueue queue;
  private final Thread committer;
  private final FairReadQueue readers =
      new FairReadQueue(LogExecutor.pool("log-reader", READERS, WAITING_READS), WAITING_READS_OF_USER);
  private final LogExecutor backups = LogExecutor.pool("log-backup", 1, 1);
  private final ExpiryClock time;
  private boolean closed;

  /**
   * Opens the store under the folder, or makes it, with a new epoch. Blocks.
   *
   * @throws LogException naming the folder, what is wrong with it, and the ways out
   */
  public static EmbeddedLog open(Path path, Clock clock, IdSource ids, LogOptions options) {
    return open(
        path, new ExpiryClock(clock, System::nanoTime, options.retention().grace()), ids, options);
  }

  /** The same with this time. */
  public static EmbeddedLog open(Path path, ExpiryClock time, IdSource ids, LogOptions options) {
    RocksStore store = RocksStore.open(path, options.memory());
    try {
      return new EmbeddedLog(store, generation(store, ids), time, options);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private EmbeddedLog(RocksStore store, Generation generation, ExpiryClock time, LogOptions options) {
    this.store = store;
    this.time = time;
    new LastKnownTime(store).read().ifPresent(time::startFrom);
    reader = new StoreReader(store, generation, options.deltas());
    UsageBackfill.ensure(store, reader);
    queue = new CommitQueue(options.queue());
    BatchState pending = new BatchState(store, reader, options.retention());
    disk = new StoreDisk(store, pending.freed(), options.minFree(), options.watch(), System::nanoTime);
    committer = new Thread(new Committer(queue, pending, disk, time), "log-committer");
    committer.setDaemon(true);
    committer.start();
  }

  private static Generation generation(RocksStore store, IdSource ids) {
    Optional<byte[]> kept = store.get(ColumnFamily.STORE, EPOCH);
    if (kept.isPresent() && !store.folder().isBackup()) {
      return new Generation(Values.epoch(kept.get()));
    }
    Epoch made = ids.epoch();
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.STORE), EPOCH, Values.encode(made));
      store.write(batch);
      store.folder().clearBackup();
    } catch (RocksDBException e) {
      throw new LogException("epoch: cannot be kept: " + e.getMessage(), e);
    }
    return new Generation(made);
  }

  /**
   * The bytes that the store's caches and buffers take now; {@link LogOptions#memory} is their bound.
   * Callable from any thread while the log is open.
   */
  public long memoryUsed() {
    return store.memoryUsed();
  }

  @Override
  public CompletionStage<CommitResult> commit(Commit commit) {
    return queue.submit(commit);
  }

  @Override
  public CompletionStage<Optional<CommandReceipt>> find(UserId user, CommandId command) {
    return readers.call(
        user,
        () ->
            reader
                .ledgerEntry(user, command)
                .filter(entry -> !entry.isExpired(time.now().settledMillis()))
                .map(LedgerEntry::answer));
  }

  @Override
  public CompletionStage<ThreadHead> head(ThreadKey thread) {
    return readers.call(thread.user(), () -> reader.head(thread));
  }

  @Override
  public CompletionStage<EventPage> read(ThreadKey thread, long after, int maxBytes) {
    return readers.call(thread.user(), () -> reader.page(thread, after, maxBytes));
  }

  @Override
  public CompletionStage<Optional<RunRecord>> run(UserId user, RunId run) {
    return readers.call(user, () -> reader.run(user, run));
  }

  @Override
  public CompletionStage<List<RunRecord>> openRuns(UserId user) {
    return readers.call(user, () -> reader.openRuns(user));
  }

  @Override
  public CompletionStage<List<RunRecord>> openRuns() {
    return readers.call(reader::openRuns);
  }

  @Override
  public CompletionStage<List<ThreadKey>> threadsWithQueue() {
    return readers.call(reader::threadsWithQueue);
  }

  @Override
  public CompletionStage<List<ThreadEntry>> threads(
      UserId user, @Nullable ThreadId after, int limit) {
    return readers.call(user, () -> reader.threads(user, after, limit));
  }

  @Override
  public CompletionStage<Usage> usage(UserId user) {
    return readers.call(() -> reader.usage(user));
  }

  @Override
  public CompletionStage<Deletion> delete(ThreadKey thread) {
    return queue.submit((pending, now) -> pending.delete(thread, now));
  }

  @Override
  public CompletionStage<Deletion> erase(UserId user) {
    return queue.submitAlone((pending, now) -> pending.erase(user, now));
  }

  @Override
  public CompletionStage<List<UserId>> users(String tenant, @Nullable UserId after, int limit) {
    return readers.call(() -> reader.users(tenant, after, limit));
  }

  /**
   * Copies all that is committed into a folder of this name in {@code backups} of the store's,
   * while commits go on. Put in the place of a store, it is one of a new generation, with the
   * content of now. The stage completes on {@code log-backup-1}.
   *
   * @param name a plain file name
   * @return the folder, or nothing when there is one of this name already
   */
  public CompletionStage<Optional<Path>> backUp(String name) {
    return backups.call(() -> new Backups(store).make(name));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      queue.close(new LogException("log: closed (expected: open)"));
      disk.stop();
      awaitCommitter();
      readers.close();
      backups.close();
      disk.stopReclaiming();
      disk.close();
      store.close();
    }
  }

  /** The store may be closed only when nobody uses it: an interrupt does not cut this short. */
  private void awaitCommitter() {
    boolean interrupted = false;
    while (committer.isAlive()) {
      try {
        committer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
