package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.protocol.UserId;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Erases users, one after the other, the tenants in turns. What is to be erased is read on {@code
 * log-eraser-1}, and the committer reads again only what has changed since: so commits wait for the
 * write of one erasure, not for its reads. May be called from any thread; the stages complete on
 * that of the eraser.
 */
final class Erasures implements AutoCloseable {

  private static final int MAX_QUEUED = 65_536;
  private static final int MAX_QUEUED_OF_TENANT = 16_384;

  private final CommitQueue queue;
  private final Eraser eraser;
  private final InboxReader inboxes;
  private final LongSupplier count;
  private final FairReadQueue turns =
      new FairReadQueue(LogExecutor.pool("log-eraser", 1, MAX_QUEUED), MAX_QUEUED_OF_TENANT);

  /**
   * What an erasure changes, as it was read.
   *
   * @param broadcasts each that names the user, encoded without the name
   * @param threads what is known of the user's threads; absent if it is not needed
   */
  record ErasurePlan(
      UserId user, Map<BroadcastKey, byte[]> broadcasts, Eraser.@Nullable Erasure threads) {}

  /**
   * The erasures of a log with this queue.
   *
   * @param count how many users were erased so far; from any thread
   */
  Erasures(CommitQueue queue, Eraser eraser, InboxReader inboxes, LongSupplier count) {
    this.queue = queue;
    this.eraser = eraser;
    this.inboxes = inboxes;
    this.count = count;
  }

  /** How many users were erased so far. */
  long count() {
    return count.getAsLong();
  }

  /** Deletes everything of the user. */
  CompletionStage<Deletion> erase(UserId user, @Nullable AuditEntry record) {
    return turns.call(
        user.tenant(),
        () -> {
          watch(user);
          ErasurePlan plan = new ErasurePlan(user, inboxes.withoutName(user), eraser.erasure(user));
          return await(queue.submitAlone((state, now) -> state.erase(plan, record, now)));
        });
  }

  /**
   * Removes the name of the user from all broadcasts, in a turn of the process: the broadcasts of
   * all tenants wait for it.
   */
  CompletionStage<UserId> forget(UserId user) {
    return turns.call(
        () -> {
          watch(user);
          ErasurePlan plan = new ErasurePlan(user, inboxes.withoutName(user), null);
          return await(
              queue.submitRemoval(
                  (state, now) -> {
                    state.forgetNames(plan);
                    return user;
                  }));
        });
  }

  /** When the watch has begun, everything that was decided before it is on the disk. */
  private void watch(UserId user) {
    var ignored = await(queue.submitSmall(state -> state.watch(user)));
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LogException known ? known : e;
    }
  }

  /** Ends the thread. What waits fails: to be called when the queue is closed. Blocks. */
  @Override
  public void close() {
    turns.close();
  }
}
