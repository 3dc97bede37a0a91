package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.CommandStamp;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.Queued;
import dev.parley.gateway.log.Quota;
import dev.parley.gateway.log.Remembered;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.WhenBusy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
  private final MessageId message;
  private final List<NewEvent> events = new ArrayList<>(2);
  private final List<NewEvent> eventsIfWaiting = new ArrayList<>(1);
  private final List<Runnable> afterwards = new ArrayList<>(0);
  private @Nullable CancelledBy cancelledBy;

  PendingCommand(Reader reader, ThreadState thread, Draft draft, @Nullable Start start) {
    this.context = reader.context();
    this.reader = reader;
    this.thread = thread;
    this.draft = draft;
    this.start = start;
    this.message = context.services().ids().message();
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

  /** Runs the action behind the decision. */
  void afterwards(Runnable action) {
    afterwards.add(action);
  }

  /** Asks the log; its decision comes back to this home. */
  void submit() {
    thread.hold();
    reader.expect(thread.id());
    context
        .services()
        .log()
        .commit(commit())
        .whenComplete((result, failure) -> context.home().execute(() -> decided(result, failure)));
  }

  private Commit commit() {
    Instant now = context.home().now();
    CommandStamp stamp = new CommandStamp(id(), draft.fingerprint());
    ServerEvent added = new ServerEvent.MessageAdded(message, draft.kind(), draft.body());
    events.add(encoded(added, null, now));
    Quota quota = TierLimits.quota(context.tier());
    if (start == null) {
      return new Commit(
          thread.key(), stamp, new Expectation.None(), events, new RunChange.None(), quota);
    }
    Run run = start.run();
    events.add(encoded(new ServerEvent.AgentStarted(run.agent(), message, 1), run.id(), now));
    return new Commit(
        thread.key(),
        stamp,
        expectation(now),
        events,
        new RunChange.Opened(run.id(), run.agent(), message),
        quota);
  }

  private Expectation expectation(Instant now) {
    if (draft.whenBusy() == WhenBusy.REJECT) {
      return new Expectation.Idle();
    }
    ServerEvent waits =
        new ServerEvent.MessageAdded(message, draft.kind(), draft.body(), draft.waiting());
    eventsIfWaiting.add(encoded(waits, null, now));
    return new Expectation.IdleElseQueue(WaitingLine.MOST, place(), eventsIfWaiting);
  }

  private Expectation.Place place() {
    return draft.whenBusy() == WhenBusy.REPLACE ? Expectation.Place.FIRST : Expectation.Place.LAST;
  }

  private static NewEvent encoded(ServerEvent event, @Nullable RunId run, Instant now) {
    return new NewEvent(event.type(), EventCodec.body(event, run, now));
  }

  private void decided(@Nullable CommitResult result, @Nullable Throwable failure) {
    context.pending().remove(this);
    if (result == null || failure != null) {
      // Whether it was kept is not known; the same command again finds out.
      refuse(
          ErrorBody.retryAfter(
              ErrorCode.OVERLOADED, "The log does not answer; send it again.", RETRY_MILLIS));
    } else {
      result.dispatch(this);
    }
    reader.expectNoMore(thread.id());
    thread.release();
    context.dropIfUnused(thread);
    afterwards.forEach(Runnable::run);
  }

  @Override
  public void committed(CommitResult.Committed result) {
    if (start != null && result.queued()) {
      waits(result, start.run().agent());
      return;
    }
    thread.grown(result.first(), result.epoch(), events);
    if (start != null) {
      context.opened(start.run());
    }
    RunId runId = start == null ? null : start.run().id();
    reader.reply(new ServerSignal.Accepted(id(), thread.id(), result.first(), runId, null, false));
    reader.follow(thread, result.first());
    thread.wakeReaders();
    if (start != null && cancelledBy != null) {
      start.run().cancelUnbegun(cancelledBy);
    } else if (start != null) {
      start.run().begin(start.agent(), draft.question());
    }
  }

  private void waits(CommitResult.Committed result, AgentName agent) {
    Queued queued = new Queued(id(), result.first(), agent, message, false);
    thread.grown(result.first(), result.epoch(), eventsIfWaiting);
    thread.line().add(queued, place());
    reader.reply(new ServerSignal.Accepted(id(), thread.id(), result.first(), null, null, false));
    reader.follow(thread, result.first());
    thread.wakeReaders();
    Run open = thread.openRun();
    if (cancelledBy == CancelledBy.USER) {
      context.stops().takeBack(thread, queued, Stops.Answer.NONE);
    } else if (open != null && draft.whenBusy() == WhenBusy.REPLACE) {
      open.cancel(CancelledBy.REPLACED);
    } else {
      context.turns().next(thread);
    }
  }

  @Override
  public void duplicate(CommitResult.Duplicate result) {
    context.putPermitBack();
    replyDuplicate(reader, thread, id(), result.answer());
  }

  /** The answer that the command got before, once more. */
  static void replyDuplicate(
      Reader reader, ThreadState thread, CommandId command, Remembered answer) {
    reader.reply(
        new ServerSignal.Accepted(command, thread.id(), answer.seq(), answer.run(), null, true));
    reader.follow(thread, answer.seq());
  }

  @Override
  public void conflict(CommitResult.Conflict result) {
    context.putPermitBack();
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
  public void ended(CommitResult.Ended result) {
    refuseMistake();
  }

  @Override
  public void quotaExceeded(CommitResult.QuotaExceeded result) {
    refuse(ErrorBody.of(ErrorCode.QUOTA_EXCEEDED, TierLimits.exceeded(result, context.tier())));
  }

  @Override
  public void overloaded(CommitResult.Overloaded result) {
    context.putPermitBack();
    refuse(
        ErrorBody.retryAfter(
            ErrorCode.OVERLOADED, "The log has no room now; send it again.", RETRY_MILLIS));
  }

  private void refuseMistake() {
    refuse(ErrorBody.of(ErrorCode.INTERNAL, "The gateway made a mistake."));
  }

  private void refuse(ErrorBody error) {
    reader.reply(new ServerSignal.Rejected(id(), thread.id(), error));
  }
}
