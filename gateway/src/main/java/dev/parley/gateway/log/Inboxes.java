package dev.parley.gateway.log;

import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Users' inboxes, the directory of users, broadcasts, and the alerts that fire. A part of the
 * {@link EventLog}, with the same threads, order and failures. A call that changes something is
 * durable when its stage completes.
 *
 * <p>A broadcast is one record. It is in nobody's inbox until somebody asks for it with {@link
 * #append}: that appends it to the inbox of one user and moves the user's mark, in one write. So a
 * user who never comes costs nothing, and nobody gets a broadcast twice.
 */
public interface Inboxes {

  /** The user's entry in the directory. */
  CompletionStage<Optional<InboxState>> find(UserId user);

  /**
   * The next users of the tenant who were ever connected. One of whom the record is damaged is left
   * out, and named in the gateway's log.
   *
   * @param after the last user of the page before; absent for the first page
   */
  CompletionStage<DirectoryPage> directory(String tenant, @Nullable UserId after, int limit);

  /** The user is here, with a token of this tier. Writes only what is new. */
  CompletionStage<InboxState> arrive(UserId user, String tier, boolean isOperator);

  /**
   * Moves the marks of the inbox up to these seqs, and counts the user in the broadcasts there. A
   * mark that is further stays. What retention removed from the inbox is not counted. Empty when
   * the user is not in the directory.
   */
  CompletionStage<Optional<InboxState>> advance(UserId user, long delivered, long acknowledged);

  /**
   * Appends broadcasts to a user's inbox. Empty, and without an effect, when the user's mark is
   * elsewhere or one of the broadcasts was cancelled.
   */
  CompletionStage<Optional<CommitResult.Committed>> append(InboxAppend append);

  /**
   * Stores the broadcast, and gives it its position.
   *
   * @param record stored in the same write, with the result as its outcome; absent for none
   */
  CompletionStage<BroadcastResult> add(Broadcast broadcast, @Nullable AuditEntry record);

  /** As the other method, without a record. */
  default CompletionStage<BroadcastResult> add(Broadcast broadcast) {
    return add(broadcast, null);
  }

  /** The broadcast of this name. */
  CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key);

  /**
   * The first of these broadcasts of one tenant that is in the inbox of each user to whom it is
   * addressed. Reads their counts alone.
   */
  CompletionStage<Optional<BroadcastKey>> firstComplete(List<BroadcastKey> keys);

  /**
   * All broadcasts of all tenants, in the order of their positions. One of which a record is
   * damaged can reach nobody: it is removed, and named in the gateway's log.
   */
  CompletionStage<List<BroadcastRecord>> all();

  /**
   * Cancels the broadcast: it gets into no further inbox.
   *
   * @param record stored in the same write, with the result as its outcome; absent for none
   */
  CompletionStage<Optional<BroadcastRecord>> cancel(BroadcastKey key, @Nullable AuditEntry record);

  /** As the other method, without a record. */
  default CompletionStage<Optional<BroadcastRecord>> cancel(BroadcastKey key) {
    return cancel(key, null);
  }

  /** Stores how many users the broadcast is addressed to. */
  CompletionStage<Optional<BroadcastRecord>> counted(BroadcastKey key, long addressed);

  /**
   * Removes the broadcast, and tells whether there was one. What is in inboxes stays there; the
   * entries that say where it is are left to {@link #sweep}.
   */
  CompletionStage<Boolean> remove(BroadcastKey key);

  /**
   * Deletes some of the entries that removed broadcasts have left, and tells whether there may be
   * more. Called again only when the stage before is complete.
   */
  CompletionStage<Boolean> sweep();

  /**
   * Those of the next {@code limit} users of the directory to whom the broadcast is addressed.
   *
   * @param after the last user of the page before; absent for the first page
   * @param withSeqs whether to look where the broadcast is in each inbox; that is slower
   */
  CompletionStage<RecipientPage> recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs);

  /**
   * Removes the name of an erased user from the audiences of all broadcasts: one that was on its
   * way when the user was erased may have it. Completes with the user.
   */
  CompletionStage<UserId> forget(UserId user);

  /** The alerts that fire. */
  CompletionStage<List<FiringAlert>> alerts();

  /** Stores the alert in place of one with its name. */
  CompletionStage<FiringAlert> put(FiringAlert alert);

  /** Removes the alert of this name, if there is one. Completes with the name. */
  CompletionStage<String> removeAlert(String name);
}
