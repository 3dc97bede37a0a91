package dev.parley.gateway.user;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.ForwardingHooks;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.log.RevocationLog;
import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real log whose calls and answers a test can hold. */
public final class GatedLog implements EventLog {

  public final Gate commit = new Gate();
  public final Gate find = new Gate();
  public final Gate head = new Gate();
  public final Gate read = new Gate();
  public final Gate run = new Gate();
  public final Gate hooks = new Gate();
  public final Gate inboxes = new Gate();
  public final Gate erase = new Gate();
  public final Gate queues = new Gate();

  /** The commits given to this log, in order. */
  public final List<Commit> commits = new ArrayList<>();

  /** As if the queue of commits were full but for the places of those that end a run. */
  public boolean full;

  /** As if retention had dropped what is before this seq, in every thread. */
  public long oldest = 1;

  /** The bytes of all pages so far. */
  public final AtomicLong bytesRead = new AtomicLong();

  /** How many changes of the directory were asked for so far. */
  public final AtomicLong arrivals = new AtomicLong();

  private final EventLog log;

  public GatedLog(EventLog log) {
    this.log = log;
  }

  /** The real log. */
  public EventLog behind() {
    return log;
  }

  /** The head of a thread, asked without the gate. */
  public ThreadHead headNow(ThreadKey thread) {
    return log.head(thread).toCompletableFuture().join();
  }

  /** All events of a thread, asked without the gate. */
  public List<StoredEvent> eventsNow(ThreadKey thread) {
    return log.read(thread, 0, Integer.MAX_VALUE).toCompletableFuture().join().events();
  }

  public boolean isQuiet() {
    return Stream.of(commit, find, head, read, run, inboxes, hooks, erase, queues)
        .allMatch(Gate::isQuiet);
  }

  @Override
  public CompletionStage<CommitResult> commit(Commit asked) {
    commits.add(asked);
    if (full && !asked.endsRun()) {
      return commit.pass(() -> CompletableFuture.completedStage(new CommitResult.Overloaded()));
    }
    return commit.pass(() -> log.commit(asked));
  }

  @Override
  public CompletionStage<Optional<CommandReceipt>> find(UserId user, CommandId command) {
    return find.pass(() -> log.find(user, command));
  }

  @Override
  public CompletionStage<ThreadHead> head(ThreadKey thread) {
    return head.pass(() -> log.head(thread).thenApply(this::trimmed));
  }

  private ThreadHead trimmed(ThreadHead kept) {
    return new ThreadHead(
        kept.epoch(),
        Math.max(oldest, kept.oldest()),
        kept.head(),
        kept.openRun(),
        kept.lastAgent(),
        kept.lastMillis(),
        kept.activityMillis(),
        kept.queue(),
        kept.retained(),
        kept.title());
  }

  @Override
  public CompletionStage<EventPage> read(ThreadKey thread, long after, int maxBytes) {
    return read.pass(() -> counted(log.read(thread, Math.max(after, oldest - 1), maxBytes)));
  }

  @Override
  public CompletionStage<EventPage> readWithHidden(ThreadKey thread, long after, int maxBytes) {
    return read.pass(
        () -> counted(log.readWithHidden(thread, Math.max(after, oldest - 1), maxBytes)));
  }

  private CompletionStage<EventPage> counted(CompletionStage<EventPage> read) {
    return read.thenApply(
        page -> {
          bytesRead.addAndGet(page.bytes());
          return new EventPage(trimmed(page.head()), page.events());
        });
  }

  @Override
  public CompletionStage<Optional<RunRecord>> run(UserId user, RunId asked) {
    return run.pass(() -> log.run(user, asked));
  }

  @Override
  public CompletionStage<Optional<SavedRun>> saved(UserId user, RunId run) {
    return this.run.pass(() -> log.saved(user, run));
  }

  @Override
  public CompletionStage<List<RunRecord>> openRuns(UserId user) {
    return log.openRuns(user);
  }

  @Override
  public CompletionStage<List<RunRecord>> openRuns() {
    return log.openRuns();
  }

  @Override
  public CompletionStage<List<ThreadKey>> threadsWithQueue() {
    return queues.pass(log::threadsWithQueue);
  }

  @Override
  public CompletionStage<List<ThreadEntry>> threads(
      UserId user, @Nullable ListPosition after, int limit) {
    return log.threads(user, after, limit);
  }

  @Override
  public CompletionStage<Usage> usage(UserId user) {
    return log.usage(user);
  }

  @Override
  public CompletionStage<Deletion> delete(ThreadKey thread) {
    return log.delete(thread);
  }

  @Override
  public CompletionStage<Deletion> erase(UserId user, @Nullable AuditEntry record) {
    return erase.pass(() -> log.erase(user, record));
  }

  @Override
  public AuditLog audit() {
    return log.audit();
  }

  @Override
  public RevocationLog revocations() {
    return log.revocations();
  }

  @Override
  public CompletionStage<List<UserId>> users(String tenant, @Nullable UserId after, int limit) {
    return log.users(tenant, after, limit);
  }

  @Override
  public Inboxes inboxes() {
    return new GatedInboxes(log.inboxes(), inboxes, arrivals);
  }

  @Override
  public RunHooks hooks() {
    return new ForwardingHooks(log.hooks()) {
      @Override
      protected <T> CompletionStage<T> pass(String name, Supplier<CompletionStage<T>> call) {
        return hooks.pass(call);
      }
    };
  }

  @Override
  public void close() {
    log.close();
  }
}
