package dev.parley.gateway.user.command;

import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.monitor.Latencies;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.run.OpenRuns;
import dev.parley.gateway.user.run.Run;
import dev.parley.gateway.user.thread.RunQueue;
import dev.parley.gateway.user.thread.ThreadState;
import org.jspecify.annotations.Nullable;

/**
 * Submits appending commands to the log, and acts on its decisions: answers, opens the run, or
 * queues it. Used at the user's home only.
 */
final class CommandAppender {

  private final HomeLog log;
  private final UserTier tier;
  private final CommandRate rate;
  private final OpenRuns runs;
  private final PendingCommands pending;
  private final Cancellations cancellations;
  private final Latencies latencies;
  private final CommandSpans spans;

  CommandAppender(
      HomeLog log,
      UserTier tier,
      CommandRate rate,
      OpenRuns runs,
      PendingCommands pending,
      Cancellations cancellations,
      Latencies latencies,
      CommandSpans spans) {
    this.log = log;
    this.tier = tier;
    this.rate = rate;
    this.runs = runs;
    this.pending = pending;
    this.cancellations = cancellations;
    this.latencies = latencies;
    this.spans = spans;
  }

  /** Asks the log; its decision comes back to this home. */
  void submit(PendingCommand command) {
    log.home().check();
    pending.add(command);
    command.begin();
    PendingCommand.PlannedRun planned = command.planned();
    TraceSpan commit = spans.commit(command.request());
    log.commit(
        command
            .proposal()
            .commit(command.thread().key(), planned == null ? null : planned.run(), tier.quota()),
        result -> {
          commit.end();
          decided(command, result);
        },
        failure -> {
          commit.fail(ErrorCode.INTERNAL.wire());
          commit.end();
          undecided(command);
        });
  }

  private void decided(PendingCommand command, CommitResult result) {
    pending.remove(command);
    try {
      result.dispatch(new AppendDecision(command));
    } finally {
      end(command);
    }
  }

  private void accept(PendingCommand command, long seq, @Nullable Run run) {
    latencies.accept(tier.tier().name()).record(log.home().nanoTime() - command.receivedNanos());
    command.accept(seq, run);
  }

  private void undecided(PendingCommand command) {
    pending.remove(command);
    try {
      command.refuse(CommonRefusals.logSilentOnCommit());
      command.answerCancels(reply -> reply.reject(CommonRefusals.logSilent()));
    } finally {
      end(command);
    }
  }

  private void end(PendingCommand command) {
    try {
      // A command that opened no run: another one may have been accepted under its id.
      command.answerCancels(reply -> cancellations.cancel(command.id(), reply));
      pending.progressed();
    } finally {
      command.end();
    }
  }

  /**
   * Gives the answer that the command got before once more. A seq is a place in one life of the
   * thread: that of a deleted life is no place to read on from, and where the life is not known
   * everything that is kept is read.
   */
  static void replyDuplicate(
      Reader reader, ThreadState thread, AppendRequest request, CommandReceipt answer) {
    Epoch life = answer.epoch();
    boolean deleted = life != null && !life.equals(thread.epoch());
    reader.reply(
        new ServerSignal.Accepted(
            request.command().id(),
            thread.id(),
            answer.seq(),
            answer.run(),
            null,
            true,
            deleted ? life : null));
    CommandSpans.done(request.span(), "duplicate");
    if (!deleted) {
      reader.follow(thread, life == null ? thread.oldest() - 1 : answer.seq() - 1);
    }
  }

  static Refusal conflict() {
    return Refusal.at(
        ErrorCode.IDEMPOTENCY_CONFLICT,
        "/id",
        "id: another command was accepted under it (expected: a new id for a new command)");
  }

  /** What follows from each decision of the log on one command. */
  private final class AppendDecision implements CommitResult.ResultHandler {

    private final PendingCommand command;
    private final ThreadState thread;

    AppendDecision(PendingCommand command) {
      this.command = command;
      this.thread = command.thread();
    }

    @Override
    public void committed(CommitResult.Committed result) {
      PendingCommand.PlannedRun planned = command.planned();
      if (planned == null) {
        thread.grown(result.first(), result.epoch(), command.proposal().events());
        accept(command, result.first(), null);
        thread.wakeReaders();
      } else if (result.queued()) {
        queued(result, planned.run().agent());
      } else {
        opened(result, planned);
      }
    }

    private void opened(CommitResult.Committed result, PendingCommand.PlannedRun planned) {
      Run run = planned.run();
      thread.grown(result.first(), result.epoch(), command.proposal().events());
      runs.opened(run);
      try {
        run.trace().begin(command.request().traceparent());
        accept(command, result.first(), run);
        thread.wakeReaders();
      } finally {
        // It is open, whatever becomes of the answer.
        begin(run, planned);
      }
    }

    private void begin(Run run, PendingCommand.PlannedRun planned) {
      CancelledBy by = command.cancelledBy();
      if (by != null) {
        run.cancelUnbegun(by);
        command.answerCancels(reply -> reply.state(Cancellations.CANCELLING));
      } else {
        run.begin(planned.agent(), command.request().input());
      }
    }

    private void queued(CommitResult.Committed result, AgentName agent) {
      QueuedMessage queued = command.proposal().queued(result.first(), agent);
      thread.grown(
          result.first(), result.epoch(), command.proposal().eventsIfQueued(result.replaced()));
      thread.queue().removeAll(result.replaced());
      thread.queue().add(queued, command.proposal().place());
      accept(command, result.first(), null);
      thread.wakeReaders();
      RunId open = thread.openRun();
      if (command.cancelledBy() == CancelledBy.USER) {
        cancellations.withdraw(thread, queued, CancelReply.toAll(command.takeCancels()));
      } else if (open != null && command.request().replaces()) {
        runs.cancel(open, CancelledBy.REPLACED);
      } else {
        runs.starter().startNext(thread);
      }
    }

    @Override
    public void duplicate(CommitResult.Duplicate result) {
      rate.putBack();
      replyDuplicate(command.reader(), thread, command.request(), result.answer());
    }

    @Override
    public void conflict(CommitResult.Conflict result) {
      rate.putBack();
      command.refuse(CommandAppender.conflict());
    }

    @Override
    public void busy(CommitResult.Busy result) {
      String why =
          result.run() == null ? " has queued messages" : " has the open run " + result.run();
      command.refuse(
          Refusal.of(
              ErrorCode.THREAD_BUSY,
              "thread_id: " + thread.id() + why + " (expected: an idle thread)"));
    }

    @Override
    public void queueFull(CommitResult.QueueFull result) {
      command.refuse(
          Refusal.of(
              ErrorCode.QUEUE_FULL,
              "thread_id: "
                  + thread.id()
                  + " has "
                  + RunQueue.MAX_QUEUED
                  + " queued messages (expected: fewer)"));
    }

    @Override
    public void notQueued(CommitResult.NotQueued result) {
      unexpected();
    }

    @Override
    public void runNotOpen(CommitResult.RunNotOpen result) {
      unexpected();
    }

    private void unexpected() {
      command.refuse(Refusal.of(ErrorCode.INTERNAL, "Internal error."));
    }

    @Override
    public void quotaExceeded(CommitResult.QuotaExceeded result) {
      command.refuse(Refusal.of(ErrorCode.QUOTA_EXCEEDED, tier.exceeded(result)));
    }

    @Override
    public void overloaded(CommitResult.Overloaded result) {
      rate.putBack();
      command.refuse(CommonRefusals.logFull());
    }
  }
}
