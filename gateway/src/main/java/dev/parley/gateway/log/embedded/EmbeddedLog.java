package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RevocationLog;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
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
 * log-committer}. Reads run on {@code log-reader-1} and {@code -2}, fairly between users, and those
 * of erasures on {@code log-eraser-1}. After a failed write the log reopens itself; commits and
 * reads wait meanwhile.
 */
public final class EmbeddedLog implements EventLog {

  /**
   * The version of the stored format, which is raised with the version of any {@link RecordKind},
   * and with each new column family. A gateway can read the store if it knows this version.
   */
  public static final int FORMAT = 13;

  private static final byte[] EPOCH = "epoch".getBytes(StandardCharsets.US_ASCII);
  private static final int READERS = 2;
  private static final int MAX_QUEUED_READS = 65_536;
  private static final int MAX_QUEUED_READS_OF_USER = 16_384;

  /**
   * The options of a log.
   *
   * @param deltas the form of the events that compaction merges
   * @param memory the maximum of bytes for the store's caches and buffers
   * @param queue the bound of the commit queue
   * @param minFree the free bytes of the disk below which only ends of runs are accepted
   * @param watch receives the state of the disk
   */
  public record LogOptions(
      Deltas deltas,
      Retention retention,
      long memory,
      QueueBound queue,
      long minFree,
      StoreWatch watch) {

    /** The default options. */
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
      new FairReadQueue(
          LogExecutor.pool("log-reader", READERS, MAX_QUEUED_READS), MAX_QUEUED_READS_OF_USER);
  private final LogExecutor backups = LogExecutor.pool("log-backup", 1, 1);
  private final ExpiryClock clock;
  private final Erasures erasures;
  private final Inboxes inboxes;
  private final RunHooks hooks;
  private final AuditLog audit;
  private final RevocationLog revocations;
  private boolean closed;

  /**
   * Opens the store in the folder, or creates it with a new epoch. Blocks.
   *
   * @throws LogException that names the folder, what is wrong with it, and what to do
   */
  public static EmbeddedLog open(Path path, Clock clock, IdSource ids, LogOptions options) {
    return open(
        path, new ExpiryClock(clock, System::nanoTime, options.retention().grace()), ids, options);
  }

  /** As {@link #open(Path, Clock, IdSource, LogOptions)}, with this clock. */
  public static EmbeddedLog open(Path path, ExpiryClock clock, IdSource ids, LogOptions options) {
    RocksStore store = RocksStore.open(path, options.memory());
    try {
      StoreFormat.ensure(store);
      return new EmbeddedLog(store, generation(store, ids), clock, options);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private EmbeddedLog(
      RocksStore store, Generation generation, ExpiryClock clock, LogOptions options) {
    this.store = store;
    this.clock = clock;
    new LastKnownTime(store).read().ifPresent(clock::startFrom);
    reader = new StoreReader(store, generation, options.deltas());
    ActivityIndex.ensure(store, reader);
    // After the index, which writes heads.
    UsageBackfill.ensure(store, reader);
    InboxUpgrade.ensure(store);
    queue = new CommitQueue(options.queue(), options.watch());
    DamagedRecords damaged = new DamagedRecords(options.watch());
    BatchState.DiskReaders onDisk = BatchState.DiskReaders.of(store, reader, damaged);
    BatchState state = new BatchState(store, onDisk, options.retention());
    hooks =
        new EmbeddedHooks(queue, readers, onDisk.hooks(), state.hooks().counts(), options.watch());
    erasures =
        new Erasures(queue, onDisk.eraser(store), onDisk.inboxes(), state.inboxes()::erasures);
    inboxes =
        new EmbeddedInboxes(
            queue,
            readers,
            onDisk.inboxes(),
            new ReceivedSweep(store, onDisk.inboxes(), damaged),
            erasures,
            options.watch());
    audit = new EmbeddedAudit(queue, readers, store, damaged);
    revocations = new EmbeddedRevocations(queue, readers, store, damaged);
    Reclaimer reclaimer = new Reclaimer(store, state.freed(), reader::usage, System::nanoTime);
    disk = new StoreDisk(store, reclaimer, options.minFree(), options.watch(), System::nanoTime);
    committer = new Thread(new Committer(queue, state, disk, clock), "log-committer");
    committer.setDaemon(true);
    committer.start();
  }

  private static Generation generation(RocksStore store, IdSource ids) {
    Optional<byte[]> stored = store.get(ColumnFamily.STORE, EPOCH);
    if (stored.isPresent() && !store.folder().isBackup()) {
      return new Generation(Values.epoch(stored.get()));
    }
    Epoch epoch = ids.epoch();
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.STORE), EPOCH, Values.encode(epoch));
      store.write(batch);
      store.folder().clearBackup();
    } catch (RocksDBException e) {
      throw new LogException("epoch: cannot be stored: " + e.getMessage(), e);
    }
    return new Generation(epoch);
  }

  /** The entries of the store that were looked up or visited. May be called from any thread. */
  public long reads() {
    return store.reads();
  }

  /**
   * The bytes that the store's caches and buffers use now, at most {@link LogOptions#memory}. May
   * be called from any thread while the log is open.
   */
  public long memoryUsed() {
    return store.memoryUsed();
  }

  /**
   * How the store is now; absent while it is being reopened and after it was closed. Waits for
   * nothing but the library. May be called from any thread.
   */
  public Optional<StoreFigures> figures() {
    return store.figures();
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
                .filter(entry -> !entry.isExpired(clock.now().settledMillis()))
                .map(LedgerEntry::answer));
  }

  @Override
  public CompletionStage<ThreadHead> head(ThreadKey thread) {
    return readers.call(thread.user(), () -> reader.head(thread));
  }

  @Override
  public CompletionStage<EventPage> read(ThreadKey thread, long after, int maxBytes) {
    return readers.call(thread.user(), () -> reader.page(thread, after, maxBytes, false));
  }

  @Override
  public CompletionStage<EventPage> readWithHidden(ThreadKey thread, long after, int maxBytes) {
    return readers.call(thread.user(), () -> reader.page(thread, after, maxBytes, true));
  }

  @Override
  public CompletionStage<Optional<RunRecord>> run(UserId user, RunId run) {
    return readers.call(user, () -> reader.run(user, run));
  }

  @Override
  public CompletionStage<Optional<SavedRun>> saved(UserId user, RunId run) {
    return readers.call(user, () -> reader.saved(user, run));
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
      UserId user, @Nullable ListPosition after, int limit) {
    return readers.call(user, () -> reader.threads(user, after, limit));
  }

  @Override
  public CompletionStage<Usage> usage(UserId user) {
    return readers.call(user, () -> reader.usage(user).total());
  }

  @Override
  public CompletionStage<Deletion> delete(ThreadKey thread) {
    return queue.submit((state, now) -> state.delete(thread, now));
  }

  @Override
  public CompletionStage<Deletion> erase(UserId user, @Nullable AuditEntry record) {
    return erasures.erase(user, record);
  }

  @Override
  public CompletionStage<List<UserId>> users(String tenant, @Nullable UserId after, int limit) {
    return readers.call(tenant, () -> reader.users(tenant, after, limit));
  }

  @Override
  public Inboxes inboxes() {
    return inboxes;
  }

  @Override
  public RunHooks hooks() {
    return hooks;
  }

  @Override
  public AuditLog audit() {
    return audit;
  }

  @Override
  public RevocationLog revocations() {
    return revocations;
  }

  /**
   * Copies everything committed to a folder of this name in the store's folder {@code backups},
   * while commits continue. A store made from the copy has the content of now and a new generation.
   * The stage completes on {@code log-backup-1}.
   *
   * @param name a plain file name
   * @return the folder; absent when there is one of this name already
   */
  public CompletionStage<Optional<Path>> backUp(String name) {
    return backups.call(() -> new Backups(store).make(name));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LogException reason = new LogException("log: closed (expected: open)");
      queue.close(reason);
      disk.stop();
      awaitCommitter();
      queue.end(reason);
      erasures.close();
      readers.close();
      backups.close();
      disk.stopReclaiming();
      disk.close();
      store.close();
    }
  }

  /** The store must not be closed while it is in use, so an interrupt does not end the wait. */
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
