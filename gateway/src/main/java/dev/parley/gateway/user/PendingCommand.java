package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An appending command between its submission to the log and the log's decision. Used at the user's
 * home only.
 */
final class PendingCommand implements CommitResult.Handler {

  private static final long RETRY_MILLIS = 1000;

  /** The agent that is to answer, under its name, and the run it will have. */
  record Start(Run run, Agent agent) {}

  private final UserContext context;
  private final Reader reader;
  private final ThreadState thread;
  private final Draft draft;
  private final @Nullable Start start;
  private final Proposal proposal;
  private final List<Runnable> afterwards = new ArrayList<>(0);
  private final List<Stops.Answer> stops = new ArrayList<>(0);
  private @Nullable CancelledBy cancelledBy;

  PendingCommand(Reader reader, ThreadState thread, Draft draft, @Nullable Start start) {
    this.context = reader.context();
    this.reader = reader;
    this.thread = thread;
    this.draft = draft;
    this.start = start;
    this.proposal = new Proposal(draft, context.services().ids().message(), context.home().now());
  }

  CommandId id() {
    return draft.command().id();
  }

  ThreadId thread() {
    return thread.id();
  }

  boolean starts() {
    return start != null;
  }

  /** Whether it may open a run; on a thread with an open one it waits at most. */
  boolean mayOpenRun() {
    return start != null && !thread.isBusy();
  }

  /** Stops the run that this will start, as soon as it has. */
  void cancel(CancelledBy by) {
    cancelledBy = by;
  }

  /** The same for its user, or takes its message back, and says which it was. */
  void stop(Stops.Answer answer) {
    cancelledBy = CancelledBy.USER;
    stops.add(answer);
  }

  /** Runs the action behind the decision. */
  void afterwards(Runnable action) {
    afterwards.add(action);
  }

  /** Asks the log; its decision comes back to this home. */
  void submit() {
    thread.hold();
    reader.expect(thread.id());
    reader.underWay().begin(thread.id());
    context
        .services()
        .log()
        .commit(
            proposal.commit(
                thread.key(), start == null ? null : start.run(), TierLimits.quota(context.tier())))
        .whenComplete((result, failure) -> context.home().execute(() -> decided(result, failure)));
  }

  private void decided(@Nullable CommitResult result, @Nullable Throwable failure) {
    context.pending().remove(this);
    if (result == null || failure != null) {
      // Whether it was kept is not known; the same command again finds out.
      refuse(
          ErrorBody.retryAfter(
              ErrorCode.OVERLOADED, "The log does not answer; send it again.", RETRY_MILLIS));
      answerStops(answer -> answer.reject(Commands.logSilent()));
    } else {
      result.dispatch(this);
    }
    // What came of this one stops nothing: another command may have been accepted under its id.
    answerStops(answer -> context.stops().stop(id(), answer));
    reader.expectNoMore(thread.id());
    afterwards.forEach(Runnable::run);
    reader.underWay().end(thread.id());
    // Last: the context may end with it, and no command may come after that.
    thread.release();
    context.dropIfUnused(thread);
  }

  private void answerStops(Consumer<Stops.Answer> say) {
    List<Stops.Answer> waiting = List.copyOf(stops);
    stops.clear();
    waiting.forEach(say);
  }

  @Override
  public void committed(CommitResult.Committed result) {
    if (start != null && result.queued()) {
      waits(result, start.run().agent());
      return;
    }
    thread.grown(result.first(), result.epoch(), proposal.events());
    if (start != null) {
      context.opened(start.run());
    }
    RunId runId = start == null ? null : start.run().id();
    reader.reply(new ServerSignal.Accepted(id(), thread.id(), result.first(), runId, null, false));
    reader.follow(thread, result.first() - 1);
    thread.wakeReaders();
    if (start != null && cancelledBy != null) {
      start.run().cancelUnbegun(cancelledBy);
      answerStops(answer -> answer.state(Stops.CANCELLING));
    } else if (start != null) {
      start.run().begin(start.agent(), draft.question());
    }
  }

  private void waits(CommitResult.Committed result, AgentName agent) {
    QueuedMessage queued = proposal.queued(result.first(), agent);
    thread.grown(result.first(), result.epoch(), proposal.eventsIfWaiting(result.replaced()));
    thread.line().removeAll(result.replaced());
    thread.line().add(queued, proposal.place());
    reader.reply(new ServerSignal.Accepted(id(), thread.id(), result.first(), null, null, false));
    reader.follow(thread, result.first() - 1);
    thread.wakeReaders();
    Run open = thread.openRun();
    if (cancelledBy == CancelledBy.USER) {
      context.stops().takeBack(thread, queued, Stops.Answer.toAll(stops));
      stops.clear();
    } else if (open != null && draft.replaces()) {
      open.cancel(CancelledBy.REPLACED);
    } else {
      context.turns().next(thread);
    }
  }

  @Override
  public void duplicate(CommitResult.Duplicate result) {
    context.rate().putBack();
    replyDuplicate(reader, thread, id(), result.answer());
  }

  /**
   * The answer that the command got before, once more. A seq is a place in its own life of the
   * thread alone: one of a deleted life is no place to read on from, and where the life is not
   * known all is read that is kept.
   */
  static void replyDuplicate(
      Reader reader, ThreadState thread, CommandId command, CommandReceipt answer) {
    Epoch life = answer.epoch();
    boolean deleted = life != null && !life.equals(thread.epoch());
    reader.reply(
        new ServerSignal.Accepted(
            command, thread.id(), answer.seq(), answer.run(), null, true, deleted ? life : null));
    if (!deleted) {
      reader.follow(thread, life == null ? thread.oldest() - 1 : answer.seq() - 1);
    }
  }

  @Override
  public void conflict(CommitResult.Conflict result) {
    context.rate().putBack();
    refuse(conflict());
  }

  static ErrorBody conflict() {
    return ErrorBody.at(
        ErrorCode.IDEMPOTENCY_CONFLICT,
        "/id",
        "id: another command was accepted under it (expected: a new id for a new command)");
  }

  @Override
  public void busy(CommitResult.Busy result) {
    refuse(
        ErrorBody.of(
            ErrorCode.THREAD_BUSY,
            "thread_id: "
                + thread.id()
                + (result.run() == null
                    ? " has messages that wait"
                    : " has the open run " + result.run())
                + " (expected: an idle thread)"));
  }

  @Override
  public void queueFull(CommitResult.QueueFull result) {
    refuse(
        ErrorBody.of(
            ErrorCode.QUEUE_FULL,
            "thread_id: "
                + thread.id()
                + " has "
                + WaitingLine.MOST
                + " messages that wait (expected: fewer)"));
  }

  @Override
  public void notQueued(CommitResult.NotQueued result) {
    refuseMistake();
  }

  @Override
  public void runNotOpen(CommitResult.RunNotOpen result) {
    refuseMistake();
  }

  @Override
  public void quotaExceeded(CommitResult.QuotaExceeded result) {
    refuse(ErrorBody.of(ErrorCode.QUOTA_EXCEEDED, TierLimits.exceeded(result, context.tier())));
  }

  @Override
  public void overloaded(CommitResult.Overloaded result) {
    context.rate().putBack();
    refuse(noRoom());
  }

  static ErrorBody noRoom() {
    return ErrorBody.retryAfter(
        ErrorCode.OVERLOADED, "The log has no room now; send it again.", RETRY_MILLIS);
  }

  private void refuseMistake() {
    refuse(ErrorBody.of(ErrorCode.INTERNAL, "Internal error."));
  }

  private void refuse(ErrorBody error) {
    reader.reply(new ServerSignal.Rejected(id(), thread.id(), error));
  }
}
