package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The single authority on what happened and in which order. Every method may be called from any
 * thread and returns at once. Stages complete on the log's own threads; callers must move to their
 * own thread at once. A refusal (queue full, log closed) is already complete when it is returned. A
 * stage fails only with a {@link LogException}.
 */
public interface EventLog extends AutoCloseable {

  /**
   * Decides, numbers and stores a commit. When the stage completes with {@link
   * CommitResult.Committed}, the whole commit is durable as the store promises. Commits that one
   * thread submits are decided in that order. The stages of one user complete in the order of the
   * decisions. A duplicate or conflicting command is found before the expectation is checked.
   */
  CompletionStage<CommitResult> commit(Commit commit);

  /** The answer to a command of the user that was accepted before. */
  CompletionStage<Optional<CommandReceipt>> find(UserId user, CommandId command);

  /** The head of the thread's log. A thread without events has a head too. */
  CompletionStage<ThreadHead> head(ThreadKey thread);

  /**
   * Events after {@code after}, in order: as many as fit in {@code maxBytes} of bodies, but at
   * least one if there is one. A cursor before the oldest retained event reads from that event on.
   * What is hidden with the events is left out.
   */
  CompletionStage<EventPage> read(ThreadKey thread, long after, int maxBytes);

  /**
   * As {@link #read}, and each event has what is hidden with it; that counts in {@code maxBytes}
   * too. For the eyes of agents: nothing that goes to a client is read so.
   */
  CompletionStage<EventPage> readWithHidden(ThreadKey thread, long after, int maxBytes);

  /** The record of a run of this user. */
  CompletionStage<Optional<RunRecord>> run(UserId user, RunId run);

  /** What is kept of an open run that can be resumed. */
  CompletionStage<Optional<SavedRun>> saved(UserId user, RunId run);

  /** The user's open runs, in the order in which each thread opened them. */
  CompletionStage<List<RunRecord>> openRuns(UserId user);

  /** The open runs of all users. At startup these are the runs that the last process left open. */
  CompletionStage<List<RunRecord>> openRuns();

  /** The threads of all users that have queued commands. */
  CompletionStage<List<ThreadKey>> threadsWithQueue();

  /**
   * The user's threads that have or had events, at most {@code limit}, the newest activity first. A
   * thread with activity between two pages moves to the top. No other thread moves, so each of them
   * is on one page.
   *
   * @param after the position of the last thread of the page before; absent for the first page
   */
  CompletionStage<List<ThreadEntry>> threads(UserId user, @Nullable ListPosition after, int limit);

  /** How much is stored of the user's threads now. */
  CompletionStage<Usage> usage(UserId user);

  /**
   * Deletes the thread, but keeps its accepted commands in the ledger. Decided in the order of
   * commits. The name gets a new epoch and never an old one again. Deleting a thread without events
   * changes nothing.
   */
  CompletionStage<Deletion> delete(ThreadKey thread);

  /**
   * Deletes everything of the user, queued commands included. Decided after the commits that were
   * submitted before; one that is submitted before the stage completes comes before or after it. A
   * refusal may take as long as an erasure. None of the user's threads ever gets an old epoch
   * again. The result is {@link Deletion.InUse} only while a run is open. The names of the user in
   * the audiences of broadcasts are deleted too.
   *
   * @param record stored in the same write, with the result as its outcome; absent for none
   */
  CompletionStage<Deletion> erase(UserId user, @Nullable AuditEntry record);

  /** As the other method, without a record. */
  default CompletionStage<Deletion> erase(UserId user) {
    return erase(user, null);
  }

  /**
   * The tenant's users that have had an event since they were last erased, at most {@code limit},
   * in a stable order.
   *
   * @param after the last user of the page before; absent for the first page
   */
  CompletionStage<List<UserId>> users(String tenant, @Nullable UserId after, int limit);

  /** Users' inboxes, the directory of users, and broadcasts. */
  Inboxes inboxes();

  /** The web hooks that tell the ends of runs, while they wait. */
  RunHooks hooks();

  /** What operators did. */
  AuditLog audit();

  /** The revocations of tokens. */
  RevocationLog revocations();

  /**
   * Carries out what was submitted, then closes; later calls fail. Blocks. Idempotent. Must not be
   * called on a thread of the log.
   */
  @Override
  void close();
}
