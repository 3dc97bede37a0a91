package dev.parley.gateway.user.command;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.run.OpenRuns;
import dev.parley.gateway.user.run.QueuedRunStarter;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import dev.parley.gateway.user.thread.Threads;
import java.util.List;
import java.util.Optional;

/**
 * Cancels runs, and withdraws queued messages. Whether a message is still queued, the log decides.
 * Used at the user's home only.
 */
final class Cancellations {

  static final String CANCELLING = "cancelling";

  private static final String WITHDRAWN = "taken_back";

  private final HomeLog log;
  private final Threads threads;
  private final OpenRuns runs;
  private final PendingCommands pending;

  Cancellations(HomeLog log, Threads threads, OpenRuns runs, PendingCommands pending) {
    this.log = log;
    this.threads = threads;
    this.runs = runs;
    this.pending = pending;
  }

  void cancel(Reader reader, ClientCommand.CancelRun command, TraceSpan span) {
    CancelReply reply = CancelReply.of(reader, command.id(), span);
    CommandId started = command.started();
    if (command.run() != null) {
      cancelRun(command.run(), reply);
    } else if (started != null) {
      cancel(started, reply);
    }
  }

  /** Cancels what the command started or will start. Waits for the log if it has yet to decide. */
  void cancel(CommandId started, CancelReply reply) {
    if (!pending.cancel(started, reply)) {
      log.find(
          started,
          known -> cancelKnown(started, known, reply),
          failure -> reply.reject(CommonRefusals.logSilent()));
    }
  }

  private void cancelKnown(CommandId started, Optional<CommandReceipt> known, CancelReply reply) {
    RunId run = known.map(CommandReceipt::run).orElse(null);
    if (known.isEmpty()) {
      reply.reject(noSuchRun());
    } else if (run != null) {
      cancelRun(run, reply);
    } else {
      withdraw(started, known.get(), reply);
    }
  }

  private void cancelRun(RunId run, CancelReply reply) {
    if (runs.cancel(run, CancelledBy.USER)) {
      reply.state(CANCELLING);
      return;
    }
    log.run(
        run,
        record -> cancelRecorded(run, record, reply),
        failure -> reply.reject(CommonRefusals.logSilent()));
  }

  private void cancelRecorded(RunId run, Optional<RunRecord> record, CancelReply reply) {
    if (record.isEmpty()) {
      reply.reject(noSuchRun());
    } else if (record.get().state() != RunState.OPEN) {
      reply.state(record.get().state().wire());
    } else if (runs.cancel(run, CancelledBy.USER)) {
      // It has begun here while the log was asked.
      reply.state(CANCELLING);
    } else if (!waitForStart(run, record.get(), reply)) {
      // A run that has lost its log: it ends when the log is opened again.
      reply.reject(CommonRefusals.logSilent());
    }
  }

  // The beginning of a queued run may be in the log already, and on its way to this home.
  private boolean waitForStart(RunId run, RunRecord record, CancelReply reply) {
    return runs.starter().whenStarted(record.thread().thread(), () -> cancelRun(run, reply));
  }

  private void withdraw(CommandId command, CommandReceipt known, CancelReply reply) {
    threads.with(
        known.thread(),
        thread -> {
          QueuedMessage queued = thread.queue().find(command);
          if (queued == null) {
            notQueued(command, thread, reply);
          } else {
            withdraw(thread, queued, reply);
          }
        },
        failure -> reply.reject(CommonRefusals.logSilent()));
  }

  /** Withdraws a message that was queued when this home last heard of it. */
  void withdraw(ThreadState thread, QueuedMessage queued, CancelReply reply) {
    log.home().check();
    ServerEvent withdrawn = new ServerEvent.MessageTakenBack(queued.message());
    byte[] body = EventCodec.body(withdrawn, null, log.home().now());
    Commit commit =
        new Commit(
            thread.key(),
            null,
            new Expectation.Unconditional(),
            List.of(NewEvent.of(withdrawn, body)),
            new RunChange.QueuedCancelled(queued.command()));
    ThreadLease lease = thread.lease();
    log.commit(
        commit,
        result -> {
          try {
            decided(thread, queued, commit, result, reply);
          } finally {
            lease.close();
          }
        },
        failure -> {
          try {
            reply.reject(CommonRefusals.logSilent());
          } finally {
            lease.close();
          }
        });
  }

  private void decided(
      ThreadState thread,
      QueuedMessage queued,
      Commit commit,
      CommitResult result,
      CancelReply reply) {
    if (result instanceof CommitResult.Committed committed) {
      thread.queue().remove(queued.command());
      thread.grown(committed.first(), committed.epoch(), commit.events());
      reply.state(WITHDRAWN);
      thread.wakeReaders();
    } else if (result instanceof CommitResult.NotQueued) {
      notQueued(queued.command(), thread, reply);
    } else if (result instanceof CommitResult.Overloaded) {
      reply.reject(CommonRefusals.logFull());
    } else {
      reply.reject(CommonRefusals.logSilent());
    }
  }

  // Its run may have begun since it was looked up, or it was withdrawn before, or never queued.
  private void notQueued(CommandId command, ThreadState thread, CancelReply reply) {
    log.find(
        command,
        known -> {
          RunId run = known.map(CommandReceipt::run).orElse(null);
          if (run != null) {
            cancelRun(run, reply);
          } else if (known.isPresent()) {
            lookForWithdrawn(thread, known.get(), reply);
          } else {
            reply.reject(noSuchRun());
          }
        },
        failure -> reply.reject(CommonRefusals.logSilent()));
  }

  private void lookForWithdrawn(ThreadState thread, CommandReceipt known, CancelReply reply) {
    log.readOne(
        thread.id(),
        known.seq(),
        page -> {
          // The seq of another life of the thread would name another message.
          boolean sameLife = page.head().epoch().equals(known.epoch());
          if (sameLife && QueuedRunStarter.message(page, known.seq()).isPresent()) {
            reply.state(WITHDRAWN);
          } else {
            reply.reject(noSuchRun());
          }
        },
        failure -> reply.reject(CommonRefusals.logSilent()));
  }

  private static Refusal noSuchRun() {
    return Refusal.of(ErrorCode.NOT_FOUND, "You have no such run.");
  }
}
