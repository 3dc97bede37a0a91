package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Decider;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.InboxRules;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The inboxes of the log on disk: changes through the committer, reads on the readers' threads. */
final class EmbeddedInboxes implements Inboxes {

  /** The size of a record of the directory, roughly. */
  private static final int ENTRY = 256;

  private static final int NAME = 32;

  private final CommitQueue queue;
  private final FairReadQueue readers;
  private final InboxReader reader;

  EmbeddedInboxes(CommitQueue queue, FairReadQueue readers, InboxReader reader) {
    this.queue = queue;
    this.readers = readers;
    this.reader = reader;
  }

  @Override
  public CompletionStage<Optional<InboxState>> find(UserId user) {
    return readers.call(user, () -> reader.state(user));
  }

  @Override
  public CompletionStage<InboxState> arrive(UserId user, String tier) {
    return queue.submit(ENTRY, (state, now) -> InboxRules.arrive(state.inboxes(), user, tier));
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
    if (!InboxRules.mayAppend(state.inboxes(), append)) {
      return Optional.empty();
    }
    Decision.Append decision = (Decision.Append) Decider.decide(append.commit(), state, now);
    state.add(decision, now);
    InboxRules.appended(state.inboxes(), append, decision.first());
    return Optional.of((CommitResult.Committed) decision.result());
  }

  @Override
  public CompletionStage<BroadcastResult> add(Broadcast broadcast) {
    return queue.submit(
        bytes(broadcast), (state, now) -> InboxRules.add(state.inboxes(), broadcast));
  }

  private static long bytes(Broadcast broadcast) {
    int names = broadcast.audience() instanceof Audience.Named named ? named.subjects().size() : 0;
    return ENTRY + 3L * broadcast.notice().body().length() + (long) NAME * names;
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key) {
    return readers.call(() -> reader.record(key));
  }

  @Override
  public CompletionStage<List<BroadcastRecord>> all() {
    return readers.call(reader::all);
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> cancel(BroadcastKey key) {
    return queue.submit(ENTRY, (state, now) -> InboxRules.cancel(state.inboxes(), key));
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> counted(BroadcastKey key, long addressed) {
    return queue.submit(ENTRY, (state, now) -> InboxRules.counted(state.inboxes(), key, addressed));
  }

  @Override
  public CompletionStage<Optional<BroadcastRecord>> remove(BroadcastKey key) {
    return queue.submit(ENTRY, (state, now) -> InboxRules.remove(state.inboxes(), key));
  }

  @Override
  public CompletionStage<RecipientPage> recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs) {
    return readers.call(() -> reader.recipients(broadcast, after, limit, withSeqs));
  }
}
