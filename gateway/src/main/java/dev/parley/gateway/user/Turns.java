package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.WaitingMessage;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThreadId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the messages that wait on a user's threads their turns: when no run is open on a thread,
 * the run of the first one begins. Used at the user's home only.
 */
final class Turns {

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int ONE_EVENT = 1;

  private final UserContext context;
  private final Set<ThreadId> starting = new HashSet<>();

  Turns(UserContext context) {
    this.context = context;
  }

  /** Whether a run is about to begin. */
  boolean isAtWork() {
    return !starting.isEmpty();
  }

  /** Lets the first that waits on the thread begin, if it may. */
  void next(ThreadState thread) {
    QueuedMessage first = thread.line().first();
    if (first == null || thread.openRun() != null || context.isDraining()) {
      return;
    }
    if (starting.add(thread.id())) {
      thread.hold();
      read(thread, first);
    }
  }

  // What the agent is to be given stands in the log alone: it may have waited through a restart.
  private void read(ThreadState thread, QueuedMessage first) {
    context.atHome(
        context.services().log().read(thread.key(), first.seq() - 1, ONE_EVENT),
        page -> open(thread, first, message(page, first.seq())),
        () -> later(thread));
  }

  /** The message that waited, if the event of this seq is one, and is kept. */
  static Optional<WaitingMessage> message(EventPage page, long seq) {
    return page.events().stream()
        .filter(event -> event.seq() == seq)
        .findFirst()
        .flatMap(event -> WaitingMessage.read(event.body()));
  }

  private void open(ThreadState thread, QueuedMessage first, Optional<WaitingMessage> message) {
    Run run =
        new Run(context, new Run.Identity(thread, context.services().ids().run(), first.agent()));
    ServerEvent began = new ServerEvent.AgentStarted(first.agent(), first.message(), 1);
    byte[] body = EventCodec.body(began, run.id(), context.home().now());
    Commit commit =
        new Commit(
            thread.key(),
            null,
            new Expectation.Unconditional(),
            List.of(new NewEvent(began.type(), body)),
            new RunChange.Opened(run.id(), first.agent(), first.message(), first.command()));
    context.atHome(
        context.services().log().commit(commit),
        result -> decided(thread, commit, result, () -> begin(run, first, message)),
        () -> later(thread));
  }

  private void decided(ThreadState thread, Commit commit, CommitResult result, Runnable beginning) {
    if (result instanceof CommitResult.Committed committed) {
      thread.grown(committed.first(), committed.epoch(), commit.events());
      beginning.run();
      thread.wakeReaders();
      done(thread);
    } else if (result instanceof CommitResult.NotQueued) {
      reload(thread);
    } else if (result instanceof CommitResult.Overloaded) {
      later(thread);
    } else {
      // A run that has lost its log is still open there: the next start ends it.
      done(thread);
    }
  }

  private void begin(Run run, QueuedMessage queued, Optional<WaitingMessage> message) {
    run.thread().line().remove(queued.command());
    context.opened(run);
    Agent agent = context.services().agents().find(run.agent()).orElse(null);
    if (agent == null) {
      run.failUnbegun(
          ErrorCode.AGENT_ERROR, "The agent " + run.agent() + " is not there any more.");
    } else if (message.isEmpty()) {
      run.failUnbegun(ErrorCode.INTERNAL, "The message that waited is not kept any more.");
    } else {
      run.begin(agent, question(message.get()));
    }
  }

  private static Run.Question question(WaitingMessage message) {
    return new Run.Question(
        message.body(), message.waiting().context(), message.waiting().traceparent());
  }

  // Somebody was faster: what waits now, the log knows. Its answer is older than what was heard
  // since it was asked.
  private void reload(ThreadState thread) {
    long before = thread.line().changes();
    context.atHome(
        context.services().log().head(thread.key()),
        head -> {
          if (thread.line().changes() != before) {
            reload(thread);
            return;
          }
          thread.line().reset(head.queue());
          done(thread);
          next(thread);
        },
        () -> later(thread));
  }

  private void later(ThreadState thread) {
    var ignored =
        context
            .home()
            .schedule(
                RETRY,
                () -> {
                  done(thread);
                  next(thread);
                });
  }

  private void done(ThreadState thread) {
    starting.remove(thread.id());
    thread.release();
    context.dropIfUnused(thread);
  }
}
