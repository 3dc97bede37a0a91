package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The one authority on what happened and in which order. Every method may be called from any thread
 * and returns at once; the stages complete on threads of the log, which a caller must leave at once
 * for its own. What is refused for want of room, or because the log is closed, is complete when it
 * is returned. A stage fails only with a {@link LogException}.
 */
public interface EventLog extends AutoCloseable {

  /**
   * Decides, numbers and keeps. When the stage completes with {@link CommitResult.Committed}, the
   * whole commit is kept as the store promises. Commits submitted by one thread are decided in the
   * order submitted, and the stages of one user's complete in the order decided; a duplicate or
   * conflicting command is found before the expectation is looked at.
   */
  CompletionStage<CommitResult> commit(Commit commit);

  /** What was answered to an accepted command of the user. */
  CompletionStage<Optional<CommandReceipt>> find(UserId user, CommandId command);

  /** Where the thread's log stands; an unborn thread has a head too. */
  CompletionStage<ThreadHead> head(ThreadKey thread);

  /**
   * Events behind {@code after} in order: as many as fit {@code maxBytes} of bodies, but at least
   * one when there is one. A cursor before the oldest kept event reads from that event on.
   */
  CompletionStage<EventPage> read(ThreadKey thread, long after, int maxBytes);

  /** What the log knows of a run of this user. */
  CompletionStage<Optional<RunRecord>> run(UserId user, RunId run);

  /** The user's open runs, in the order they were opened per thread. */
  CompletionStage<List<RunRecord>> openRuns(UserId user);

  /** The open runs that nobody holds: after a start, those that the last process left open. */
  CompletionStage<List<RunRecord>> openRuns();

  /** The threads of all users on which commands wait for their run. */
  CompletionStage<List<ThreadKey>> threadsWithQueue();

  /**
   * The user's threads that have events, or had: at most so many, by name, shorter ones first.
   *
   * @param after the last one of the page before; absent for the first page
   */
  CompletionStage<List<ThreadEntry>> threads(UserId user, @Nullable ThreadId after, int limit);

  /** How much is kept of the user's threads now. */
  CompletionStage<Usage> usage(UserId user);

  /**
   * Forgets the thread, but not which commands were accepted; decided in the order of commits. The
   * name gets a new epoch, and never an old one again. Of an unborn thread there is nothing to
   * forget: its epoch stays.
   */
  CompletionStage<Deletion> delete(ThreadKey thread);

  /**
   * Forgets everything of the user, commands that wait included; decided in the order of commits.
   * None of the user's threads ever gets an old epoch again. {@link Deletion.InUse} only while a run
   * is open.
   */
  CompletionStage<Deletion> erase(UserId user);

  /**
   * The users of a tenant that were never erased since their first event: at most so many, in an
   * order that stays.
   *
   * @param after the last one of the page before; absent for the first page
   */
  CompletionStage<List<UserId>> users(String tenant, @Nullable UserId after, int limit);

  /**
   * Carries out what was submitted, then closes; later calls fail. Blocks; idempotent; not for
   * threads of the log.
   */
  @Override
  void close();
}
