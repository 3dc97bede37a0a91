package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.AuditRules;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RevocationLog;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory. Commits and reads run in turn on one thread, {@code log-committer}, where their
 * stages complete.
 */
public final class MemoryLog implements EventLog {

  private final LogExecutor committer;
  private final ExpiryClock clock;
  private final QueueBound bound;
  private final MemoryState state;
  private final MemoryAudit audit;
  private final MemoryRevocations revocations;
  private final StoreWatch watch;

  /** A log with the default retention. */
  public MemoryLog(Clock clock, IdSource ids) {
    this(clock, ids, Retention.DEFAULT);
  }

  public MemoryLog(Clock clock, IdSource ids, Retention retention) {
    this(clock, ids, retention, new QueueBound(QueueBound.DEFAULT_BYTES));
  }

  /** A log with this bound of its queue. */
  public MemoryLog(Clock clock, IdSource ids, Retention retention, QueueBound queue) {
    this(clock, ids, retention, queue, StoreWatch.NONE);
  }

  /** A log that tells the watch of each commit that it keeps. */
  public MemoryLog(
      Clock clock, IdSource ids, Retention retention, QueueBound queue, StoreWatch watch) {
    this(
        new ExpiryClock(clock, System::nanoTime, retention.grace()),
        ids,
        retention,
        queue,
        LogExecutor.single("log-committer"),
        watch);
  }

  /** A log with this clock. */
  public MemoryLog(ExpiryClock clock, IdSource ids, Retention retention, QueueBound queue) {
    this(clock, ids, retention, queue, LogExecutor.single("log-committer"), StoreWatch.NONE);
  }

  MemoryLog(
      ExpiryClock clock,
      IdSource ids,
      Retention retention,
      QueueBound queue,
      LogExecutor committer) {
    this(clock, ids, retention, queue, committer, StoreWatch.NONE);
  }

  private MemoryLog(
      ExpiryClock clock,
      IdSource ids,
      Retention retention,
      QueueBound queue,
      LogExecutor committer,
      StoreWatch watch) {
    this.watch = watch;
    this.committer = committer;
    this.audit = new MemoryAudit(committer);
    this.revocations = new MemoryRevocations(committer, audit);
    this.clock = clock;
    this.bound = queue;
    this.state = new MemoryState(new Generation(ids.epoch()), retention);
  }

  @Override
  public CompletionStage<CommitResult> commit(Commit commit) {
    if (!bound.tryTake(commit)) {
      return CompletableFuture.completedStage(new CommitResult.Overloaded());
    }
    long submittedNanos = System.nanoTime();
    return committer.call(() -> decide(commit, submittedNanos));
  }

  private CommitResult decide(Commit commit, long submittedNanos) {
    try {
      Moment now = clock.now();
      Decision decision = Decider.decide(commit, state, now);
      if (decision instanceof Decision.Append append) {
        state.apply(append, now.settledMillis());
        watch.committed(System.nanoTime() - submittedNanos, append.events().size());
        if (commit.hook() != null && append.hook() == null) {
          watch.hookDropped();
        }
      }
      state.sweep(now.settledMillis());
      return decision.result();
    } finally {
      bound.release(commit);
    }
  }

  @Override
  public CompletionStage<Optional<CommandReceipt>> find(UserId user, CommandId command) {
    return committer.call(
        () ->
            state
                .ledgerEntry(user, command)
                .filter(entry -> !entry.isExpired(clock.now().settledMillis()))
                .map(LedgerEntry::answer));
  }

  @Override
  public CompletionStage<ThreadHead> head(ThreadKey thread) {
    return committer.call(() -> state.head(thread));
  }

  @Override
  public CompletionStage<EventPage> read(ThreadKey thread, long after, int maxBytes) {
    return committer.call(() -> state.read(thread, after, maxBytes, false));
  }

  @Override
  public CompletionStage<EventPage> readWithHidden(ThreadKey thread, long after, int maxBytes) {
    return committer.call(() -> state.read(thread, after, maxBytes, true));
  }

  @Override
  public CompletionStage<Optional<RunRecord>> run(UserId user, RunId run) {
    return committer.call(() -> state.run(user, run));
  }

  @Override
  public CompletionStage<Optional<SavedRun>> saved(UserId user, RunId run) {
    return committer.call(() -> state.saved(user, run));
  }

  @Override
  public CompletionStage<List<RunRecord>> openRuns(UserId user) {
    return committer.call(
        () -> state.openRuns().stream().filter(run -> run.thread().user().equals(user)).toList());
  }

  @Override
  public CompletionStage<List<RunRecord>> openRuns() {
    return committer.call(state::openRuns);
  }

  @Override
  public CompletionStage<List<ThreadKey>> threadsWithQueue() {
    return committer.call(state::threadsWithQueue);
  }

  @Override
  public CompletionStage<List<ThreadEntry>> threads(
      UserId user, @Nullable ListPosition after, int limit) {
    return committer.call(() -> state.threads(user, after, limit));
  }

  @Override
  public CompletionStage<Usage> usage(UserId user) {
    return committer.call(() -> state.usage(user));
  }

  @Override
  public CompletionStage<Deletion> delete(ThreadKey thread) {
    return committer.call(() -> state.delete(thread));
  }

  @Override
  public CompletionStage<Deletion> erase(UserId user, @Nullable AuditEntry record) {
    return committer.call(
        () -> {
          Deletion deletion = state.erase(user);
          if (record != null) {
            audit.record(AuditRules.ended(record, deletion));
          }
          return deletion;
        });
  }

  @Override
  public CompletionStage<List<UserId>> users(String tenant, @Nullable UserId after, int limit) {
    return committer.call(() -> state.users(tenant, after, limit));
  }

  @Override
  public Inboxes inboxes() {
    return new MemoryInboxCalls(committer, state, audit, clock);
  }

  @Override
  public AuditLog audit() {
    return audit;
  }

  @Override
  public RevocationLog revocations() {
    return revocations;
  }

  @Override
  public RunHooks hooks() {
    return new MemoryHookCalls(committer, state.hooks());
  }

  @Override
  public void close() {
    committer.close();
  }
}
