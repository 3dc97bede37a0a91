package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditRules;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.DirectoryPage;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.InboxRules;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The inboxes of the log on disk: changes through the committer, reads on the readers' threads. */
final class EmbeddedInboxes implements Inboxes {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedInboxes.class);

  /** The size of a record of the directory, roughly. */
  private static final int ENTRY = 256;

  private static final int NAME = 32;

  private final CommitQueue queue;
  private final FairReadQueue readers;
  private final InboxReader reader;
  private final ReceivedSweep sweep;
  private final Erasures erasures;
  private final StoreWatch watch;

  /** Where the sweep goes on: it is called by one after the other. */
  private volatile byte[] swept = Keys.FIRST;

  /** The inboxes of a log with this queue and these readers. */
  EmbeddedInboxes(
      CommitQueue queue,
      FairReadQueue readers,
      InboxReader reader,
      ReceivedSweep sweep,
      Erasures erasures,
      StoreWatch watch) {
    this.queue = queue;
    this.readers = readers;
    this.reader = reader;
    this.sweep = sweep;
    this.erasures = erasures;
    this.watch = watch;
  }

  /** Each user who connects is looked up: what is in memory needs no other thread. */
  @Override
  public CompletionStage<Optional<InboxState>> find(UserId user) {
    try {
      Optional<Database.InMemory> known = reader.inMemory(user);
      return known.isPresent()
          ? CompletableFuture.completedStage(InboxReader.state(known.get()))
          : readers.call(user, () -> reader.state(user));
    } catch (LogException damaged) {
      return CompletableFuture.failedStage(damaged);
    }
  }

  @Override
  public CompletionStage<DirectoryPage> directory(
      String tenant, @Nullable UserId after, int limit) {
    return readers.call(tenant, () -> reader.directory(tenant, after, limit));
  }

  @Override
  public CompletionStage<InboxState> arrive(UserId user, String tier, boolean isOperator) {
    return queue.submit(
        ENTRY, (state, now) -> InboxRules.arrive(state.inboxes(), user, tier, isOperator));
  }

  @Override
  public CompletionStage<Optional<InboxState>> advance(
      UserId user, long delivered, long acknowledged) {
    return queue.submit(
        ENTRY,
        (state, now) ->
            InboxRules.advance(
                state.inboxes(),
                user,
                state.head(new ThreadKey(user, ThreadId.INBOX)).oldest(),
                delivered,
                acknowledged));
  }

  @Override
  public CompletionStage<Optional<CommitResult.Committed>> append(InboxAppend append) {
    return queue.submit(
        ENTRY + append.commit().bytes(), (state, now) -> append(append, state, now));
  }

  private static Optional<CommitResult.Committed> append(
      InboxAppend append, BatchState state, Moment now) {
    Optional<InboxRules.AppendBase> before = InboxRules.appendable(state.inboxes(), append);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    Decision.Append decision = (Decision.Append) Decider.decide(append.commit(), state, now);
    state.add(decision, now);
    InboxRules.appended(state.inboxes(), append, before.get(), decision.first());
    return Optional.of((CommitResult.Committed) decision.result());
  }

  /** The names of a long audience are encoded and compared on the readers' threads. */
  @Override
  public CompletionStage<BroadcastResult> add(Broadcast broadcast, @Nullable AuditEntry record) {
    return readers
        .call(() -> InboxValues.encode(broadcast))
        .thenCompose(
            encoded ->
                queue.submit(
                    bytes(broadcast), (state, now) -> add(broadcast.key(), encoded, record, state)))
        .thenCompose(
            position ->
                position.isPresent()
                    ? CompletableFuture.completedStage(
                        new BroadcastResult.Added(broadcast.at(position.getAsLong())))
                    : compared(broadcast).thenCompose(result -> recorded(record, result)));
  }

  private static OptionalLong add(
      BroadcastKey key, byte[] encoded, @Nullable AuditEntry record, BatchState state) {
    OptionalLong position = InboxRules.add(state.inboxes(), key);
    if (position.isPresent()) {
      state.inboxes().add(key, encoded);
      if (record != null) {
        state.record(record.ended(AuditEntry.DONE));
      }
    }
    return position;
  }

  private CompletionStage<BroadcastResult> recorded(
      @Nullable AuditEntry record, BroadcastResult result) {
    return record == null
        ? CompletableFuture.completedStage(result)
        : queue
            .submitSmall(state -> state.record(AuditRules.ended(record, result)))
            .thenApply(done -> result);
  }

  private CompletionStage<BroadcastResult> compared(Broadcast asked) {
    return record(asked.key())
        .thenApply(
            known ->
                BroadcastResult.of(
                    known
                        .map(BroadcastRecord::broadcast)
                        .orElseThrow(() -> new LogException("broadcast: removed (expected: kept)")),
                    asked));
  }

  private static long bytes(Broadcast broadcast) {
    int names = broadcast.audience() instanceof Audience.Named named ? named.subjects().size() : 0;
    return ENTRY + 3L * broadcast.notice().body().length() + (long) NAME * names;
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key) {
    return readers.call(key.tenant(), () -> reader.record(key));
  }

  @Override
  public CompletionStage<Optional<BroadcastKey>> firstComplete(List<BroadcastKey> keys) {
    // Not in a turn of the tenant: the broadcasts of all tenants wait for it.
    return readers.call(() -> InboxRules.firstComplete(keys, reader::status));
  }

  @Override
  public CompletionStage<List<BroadcastRecord>> all() {
    return readers
        .call(reader::all)
        .thenCompose(
            stored ->
                stored.damaged().isEmpty()
                    ? CompletableFuture.completedStage(stored.records())
                    : drop(stored.damaged()).thenApply(done -> stored.records()));
  }

  /** They can reach nobody. What cannot be dropped now is dropped at the next start. */
  private CompletionStage<?> drop(Map<BroadcastKey, DamagedRecordException> damaged) {
    return queue
        .submit(
            (long) ENTRY * damaged.size(),
            (state, now) -> {
              damaged.keySet().forEach(key -> state.inboxes().drop(key));
              return damaged.size();
            })
        .handle(
            (done, failure) -> {
              if (failure == null) {
                watch.broadcastsDropped(damaged.size());
              }
              damaged.forEach((key, damage) -> tell(key, damage, failure == null));
              return damaged.size();
            });
  }

  private static void tell(BroadcastKey key, DamagedRecordException damage, boolean dropped) {
    LOG.warn(
        "store: broadcast {} of tenant {} is {}, nobody else gets it: {}",
        key.id().value(),
        key.tenant(),
        dropped ? "dropped" : "left out",
        damage.getMessage());
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> cancel(
      BroadcastKey key, @Nullable AuditEntry record) {
    return changed(
        key,
        state -> {
          boolean isFound = InboxRules.cancel(state.inboxes(), key);
          if (record != null) {
            state.record(AuditRules.ended(record, isFound));
          }
          return isFound;
        });
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> counted(BroadcastKey key, long addressed) {
    return changed(key, state -> InboxRules.counted(state.inboxes(), key, addressed));
  }

  private CompletionStage<Optional<BroadcastRecord>> changed(
      BroadcastKey key, Predicate<BatchState> change) {
    return queue
        .submit(ENTRY, (state, now) -> change.test(state))
        .thenCompose(
            known -> known ? record(key) : CompletableFuture.completedStage(Optional.empty()));
  }

  /**
   * For a change. Changes wait for each other, those of other tenants too, so that must not wait
   * for the many reads of one tenant.
   */
  private CompletionStage<Optional<BroadcastRecord>> record(BroadcastKey key) {
    return readers.call(() -> reader.record(key));
  }

  @Override
  public CompletionStage<Boolean> remove(BroadcastKey key) {
    return queue.submit(ENTRY, (state, now) -> state.inboxes().remove(key));
  }

  @Override
  public CompletionStage<Boolean> sweep() {
    long before = erasures.count();
    return readers
        .call(() -> sweep.next(swept))
        .thenCompose(
            step ->
                step.keys().isEmpty()
                    ? CompletableFuture.completedStage(step)
                    : queue.submit(
                        (long) ENTRY * step.keys().size(),
                        (state, now) -> forget(step, before, state)))
        .thenApply(
            step -> {
              swept = step.next().orElse(Keys.FIRST);
              return step.next().isPresent();
            });
  }

  /** After an erasure the seqs of an inbox may be those of other broadcasts: a new pass looks. */
  private static ReceivedSweep.SweepStep forget(
      ReceivedSweep.SweepStep step, long erasuresBefore, BatchState state) {
    if (state.inboxes().erasures() != erasuresBefore) {
      return new ReceivedSweep.SweepStep(List.of(), Optional.of(Keys.FIRST));
    }
    state.inboxes().forget(step.keys());
    return step;
  }

  @Override
  public CompletionStage<RecipientPage> recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs) {
    return readers.call(
        broadcast.key().tenant(), () -> reader.recipients(broadcast, after, limit, withSeqs));
  }

  @Override
  public CompletionStage<UserId> forget(UserId user) {
    return erasures.forget(user);
  }

  @Override
  public CompletionStage<List<FiringAlert>> alerts() {
    return readers.call(reader::alerts);
  }

  @Override
  public CompletionStage<FiringAlert> put(FiringAlert alert) {
    return queue.submit(
        ENTRY,
        (state, now) -> {
          state.inboxes().put(alert);
          return alert;
        });
  }

  @Override
  public CompletionStage<String> removeAlert(String name) {
    return queue.submit(
        ENTRY,
        (state, now) -> {
          state.inboxes().removeAlert(name);
          return name;
        });
  }
}
