package dev.parley.gateway.user;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerSignal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Stops runs, and takes back messages that wait for one. Whether a message still waits, the log
 * decides. Used at the user's home only.
 */
final class Stops {

  static final String CANCELLING = "cancelling";

  private static final String TAKEN_BACK = "taken_back";
  private static final int ONE_EVENT = 1;
  private static final Duration AGAIN = Duration.ofMillis(20);

  private final UserContext context;

  Stops(UserContext context) {
    this.context = context;
  }

  /** Where it is said what came of it. */
  interface Answer {

    void state(String state);

    void reject(ErrorBody error);

    /** The same to each of them. */
    static Answer toAll(List<Answer> answers) {
      List<Answer> all = List.copyOf(answers);
      return new Answer() {
        @Override
        public void state(String state) {
          all.forEach(each -> each.state(state));
        }

        @Override
        public void reject(ErrorBody error) {
          all.forEach(each -> each.reject(error));
        }
      };
    }
  }

  private record Reply(Reader reader, CommandId command) implements Answer {
    @Override
    public void state(String state) {
      reader.reply(new ServerSignal.Accepted(command, null, null, null, state, false));
    }

    @Override
    public void reject(ErrorBody error) {
      reader.reply(new ServerSignal.Rejected(command, null, error));
    }
  }

  void stop(Reader reader, ClientCommand.CancelRun command) {
    Reply answer = new Reply(reader, command.id());
    CommandId started = command.started();
    if (command.run() != null) {
      stopRun(command.run(), answer);
    } else if (started != null) {
      stop(started, answer);
    }
  }

  /** Stops what the command started or will start; what is not decided yet is waited for. */
  void stop(CommandId started, Answer answer) {
    if (!context.pending().stop(started, answer)) {
      context.find(
          started, known -> stopKnown(started, known, answer), () -> answer.reject(silent()));
    }
  }

  private void stopKnown(CommandId started, Optional<CommandReceipt> known, Answer answer) {
    RunId run = known.map(CommandReceipt::run).orElse(null);
    if (known.isEmpty()) {
      answer.reject(noSuchRun());
    } else if (run != null) {
      stopRun(run, answer);
    } else {
      takeBack(started, known.get(), answer);
    }
  }

  private void stopRun(RunId run, Answer answer) {
    if (context.cancel(run, CancelledBy.USER)) {
      answer.state(CANCELLING);
      return;
    }
    context.findRun(
        run,
        record -> {
          if (record.isEmpty()) {
            answer.reject(noSuchRun());
          } else if (record.get().state() == RunState.OPEN && context.turns().isAtWork()) {
            // Its beginning is in the log, and on its way here.
            var ignored = context.home().schedule(AGAIN, () -> stopRun(run, answer));
          } else if (record.get().state() == RunState.OPEN) {
            // A run that has lost its log: it ends when the log is opened again.
            answer.reject(silent());
          } else {
            answer.state(record.get().state().wire());
          }
        },
        () -> answer.reject(silent()));
  }

  private void takeBack(CommandId command, CommandReceipt known, Answer answer) {
    context.withThread(
        known.thread(),
        thread -> {
          QueuedMessage queued = thread.line().find(command);
          if (queued == null) {
            notWaiting(command, thread, answer);
          } else {
            takeBack(thread, queued, answer);
          }
        },
        () -> answer.reject(silent()));
  }

  /** Takes back a message that waited when this home last heard of it. */
  void takeBack(ThreadState thread, QueuedMessage queued, Answer answer) {
    ServerEvent back = new ServerEvent.MessageTakenBack(queued.message());
    byte[] body = EventCodec.body(back, null, context.home().now());
    Commit commit =
        new Commit(
            thread.key(),
            null,
            new Expectation.Unconditional(),
            List.of(new NewEvent(back.type(), body)),
            new RunChange.QueuedCancelled(queued.command()));
    thread.hold();
    context.atHome(
        context.services().log().commit(commit),
        result -> decided(thread, queued, commit, result, answer),
        () -> {
          answer.reject(silent());
          release(thread);
        });
  }

  private void decided(
      ThreadState thread, QueuedMessage queued, Commit commit, CommitResult result, Answer answer) {
    if (result instanceof CommitResult.Committed committed) {
      thread.line().remove(queued.command());
      thread.grown(committed.first(), committed.epoch(), commit.events());
      answer.state(TAKEN_BACK);
      thread.wakeReaders();
    } else if (result instanceof CommitResult.NotQueued) {
      notWaiting(queued.command(), thread, answer);
    } else if (result instanceof CommitResult.Overloaded) {
      answer.reject(PendingCommand.noRoom());
    } else {
      answer.reject(silent());
    }
    release(thread);
  }

  private void release(ThreadState thread) {
    thread.release();
    context.dropIfUnused(thread);
  }

  // Its turn may have come since it was looked up; or it was taken back before; or it never waited.
  private void notWaiting(CommandId command, ThreadState thread, Answer answer) {
    context.find(
        command,
        known -> {
          RunId run = known.map(CommandReceipt::run).orElse(null);
          if (run != null) {
            stopRun(run, answer);
          } else if (known.isPresent()) {
            look(thread, known.get(), answer);
          } else {
            answer.reject(noSuchRun());
          }
        },
        () -> answer.reject(silent()));
  }

  private void look(ThreadState thread, CommandReceipt known, Answer answer) {
    context.atHome(
        context.services().log().read(thread.key(), known.seq() - 1, ONE_EVENT),
        page -> {
          // The seq of another life of the thread would name somebody else's message.
          boolean sameLife = page.head().epoch().equals(known.epoch());
          if (sameLife && Turns.message(page, known.seq()).isPresent()) {
            answer.state(TAKEN_BACK);
          } else {
            answer.reject(noSuchRun());
          }
        },
        () -> answer.reject(silent()));
  }

  private static ErrorBody silent() {
    return Commands.logSilent();
  }

  private static ErrorBody noSuchRun() {
    return ErrorBody.of(ErrorCode.NOT_FOUND, "There is no such run of yours.");
  }
}
