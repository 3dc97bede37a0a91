package dev.parley.gateway.user;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.DirectoryPage;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The inboxes of a real log, whose calls and answers a test can hold. */
record GatedInboxes(Inboxes log, Gate gate, AtomicLong arrivals) implements Inboxes {

  @Override
  public CompletionStage<Optional<InboxState>> find(UserId user) {
    return gate.pass(() -> log.find(user));
  }

  @Override
  public CompletionStage<DirectoryPage> directory(
      String tenant, @Nullable UserId after, int limit) {
    return gate.pass(() -> log.directory(tenant, after, limit));
  }

  @Override
  public CompletionStage<InboxState> arrive(UserId user, String tier, boolean isOperator) {
    arrivals.incrementAndGet();
    return gate.pass(() -> log.arrive(user, tier, isOperator));
  }

  @Override
  public CompletionStage<Optional<InboxState>> advance(
      UserId user, long delivered, long acknowledged) {
    return gate.pass(() -> log.advance(user, delivered, acknowledged));
  }

  @Override
  public CompletionStage<Optional<CommitResult.Committed>> append(InboxAppend append) {
    return gate.pass(() -> log.append(append));
  }

  @Override
  public CompletionStage<BroadcastResult> add(Broadcast broadcast, @Nullable AuditEntry record) {
    return gate.pass(() -> log.add(broadcast, record));
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key) {
    return gate.pass(() -> log.find(key));
  }

  @Override
  public CompletionStage<Optional<BroadcastKey>> firstComplete(List<BroadcastKey> keys) {
    return gate.pass(() -> log.firstComplete(keys));
  }

  @Override
  public CompletionStage<List<BroadcastRecord>> all() {
    return gate.pass(log::all);
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> cancel(
      BroadcastKey key, @Nullable AuditEntry record) {
    return gate.pass(() -> log.cancel(key, record));
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> counted(BroadcastKey key, long addressed) {
    return gate.pass(() -> log.counted(key, addressed));
  }

  @Override
  public CompletionStage<Boolean> remove(BroadcastKey key) {
    return gate.pass(() -> log.remove(key));
  }

  @Override
  public CompletionStage<Boolean> sweep() {
    return gate.pass(log::sweep);
  }

  @Override
  public CompletionStage<RecipientPage> recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs) {
    return gate.pass(() -> log.recipients(broadcast, after, limit, withSeqs));
  }

  @Override
  public CompletionStage<UserId> forget(UserId user) {
    return gate.pass(() -> log.forget(user));
  }

  @Override
  public CompletionStage<List<FiringAlert>> alerts() {
    return gate.pass(log::alerts);
  }

  @Override
  public CompletionStage<FiringAlert> put(FiringAlert alert) {
    return gate.pass(() -> log.put(alert));
  }

  @Override
  public CompletionStage<String> removeAlert(String name) {
    return gate.pass(() -> log.removeAlert(name));
  }
}
