package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditRules;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.DirectoryPage;
import dev.parley.gateway.log.ExpiryClock;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.InboxRules;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The inboxes of a log in memory. Every call runs on the committer's thread. */
record MemoryInboxCalls(
    LogExecutor committer, MemoryState state, MemoryAudit audit, ExpiryClock clock)
    implements Inboxes {

  private MemoryInboxes table() {
    return state.inboxes();
  }

  @Override
  public CompletionStage<Optional<InboxState>> find(UserId user) {
    return committer.call(() -> table().state(user));
  }

  @Override
  public CompletionStage<DirectoryPage> directory(
      String tenant, @Nullable UserId after, int limit) {
    return committer.call(() -> table().directory(tenant, after, limit));
  }

  @Override
  public CompletionStage<InboxState> arrive(UserId user, String tier, boolean isOperator) {
    return committer.call(() -> InboxRules.arrive(table(), user, tier, isOperator));
  }

  @Override
  public CompletionStage<Optional<InboxState>> advance(
      UserId user, long delivered, long acknowledged) {
    return committer.call(
        () -> InboxRules.advance(table(), user, oldestOf(user), delivered, acknowledged));
  }

  private long oldestOf(UserId user) {
    return state.head(new ThreadKey(user, ThreadId.INBOX)).oldest();
  }

  @Override
  public CompletionStage<Optional<CommitResult.Committed>> append(InboxAppend append) {
    return committer.call(() -> appendNow(append));
  }

  private Optional<CommitResult.Committed> appendNow(InboxAppend append) {
    Optional<InboxRules.AppendBase> before = InboxRules.appendable(table(), append);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    Moment now = clock.now();
    Decision.Append decision = (Decision.Append) Decider.decide(append.commit(), state, now);
    state.apply(decision, now.settledMillis());
    InboxRules.appended(table(), append, before.get(), decision.first());
    state.sweep(now.settledMillis());
    return Optional.of((CommitResult.Committed) decision.result());
  }

  @Override
  public CompletionStage<BroadcastResult> add(Broadcast broadcast, @Nullable AuditEntry record) {
    return committer.call(
        () -> {
          BroadcastResult result = addNow(broadcast);
          if (record != null) {
            audit.record(AuditRules.ended(record, result));
          }
          return result;
        });
  }

  private BroadcastResult addNow(Broadcast broadcast) {
    OptionalLong position = InboxRules.add(table(), broadcast.key());
    if (position.isEmpty()) {
      BroadcastRecord known = table().record(broadcast.key()).orElseThrow();
      return BroadcastResult.of(known.broadcast(), broadcast);
    }
    Broadcast added = broadcast.at(position.getAsLong());
    table().add(added);
    return new BroadcastResult.Added(added);
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key) {
    return committer.call(() -> table().record(key));
  }

  @Override
  public CompletionStage<Optional<BroadcastKey>> firstComplete(List<BroadcastKey> keys) {
    return committer.call(() -> InboxRules.firstComplete(keys, table()::status));
  }

  @Override
  public CompletionStage<List<BroadcastRecord>> all() {
    return committer.call(() -> table().all());
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> cancel(
      BroadcastKey key, @Nullable AuditEntry record) {
    return committer.call(
        () -> {
          boolean isFound = InboxRules.cancel(table(), key);
          if (record != null) {
            audit.record(AuditRules.ended(record, isFound));
          }
          return isFound ? table().record(key) : Optional.empty();
        });
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> counted(BroadcastKey key, long addressed) {
    return committer.call(
        () -> InboxRules.counted(table(), key, addressed) ? table().record(key) : Optional.empty());
  }

  @Override
  public CompletionStage<Boolean> remove(BroadcastKey key) {
    return committer.call(() -> table().remove(key));
  }

  @Override
  public CompletionStage<Boolean> sweep() {
    return committer.call(
        () -> {
          table().sweep();
          return false;
        });
  }

  @Override
  public CompletionStage<RecipientPage> recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs) {
    return committer.call(() -> table().recipients(broadcast, after, limit, withSeqs));
  }

  @Override
  public CompletionStage<UserId> forget(UserId user) {
    return committer.call(
        () -> {
          table().forgetNames(user);
          return user;
        });
  }

  @Override
  public CompletionStage<List<FiringAlert>> alerts() {
    return committer.call(() -> table().alerts());
  }

  @Override
  public CompletionStage<FiringAlert> put(FiringAlert alert) {
    return committer.call(
        () -> {
          table().put(alert);
          return alert;
        });
  }

  @Override
  public CompletionStage<String> removeAlert(String name) {
    return committer.call(
        () -> {
          table().removeAlert(name);
          return name;
        });
  }
}
