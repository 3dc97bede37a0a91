package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.QueuedInput;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.QueuedContext;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the run of the first queued message of a thread, when no run is open there. Used at the
 * user's home only.
 */
public final class QueuedRunStarter {

  private static final Duration RETRY = Duration.ofMillis(200);

  /** A start that is under way, and what waits for its end. */
  private static final class RunStart {
    final ThreadLease lease;
    final List<Runnable> whenDone = new ArrayList<>(0);

    RunStart(ThreadLease lease) {
      this.lease = lease;
    }
  }

  private final HomeLog log;
  private final Agents agents;
  private final OpenRuns runs;
  private final Runnable onProgress;
  private final Map<ThreadId, RunStart> starts = new HashMap<>();

  QueuedRunStarter(HomeLog log, Agents agents, OpenRuns runs, Runnable onProgress) {
    this.log = log;
    this.agents = agents;
    this.runs = runs;
    this.onProgress = onProgress;
  }

  /** Whether a run is about to begin. */
  boolean isAtWork() {
    return !starts.isEmpty();
  }

  /** Runs the action when the start that is under way on this thread is over; false if none is. */
  public boolean whenStarted(ThreadId thread, Runnable action) {
    RunStart start = starts.get(thread);
    if (start != null) {
      start.whenDone.add(action);
    }
    return start != null;
  }

  /** Starts the run of the first queued message, unless a run is open or about to begin. */
  public void startNext(ThreadState thread) {
    log.home().check();
    QueuedMessage first = thread.queue().first();
    if (first == null || thread.openRun() != null || runs.isDraining()) {
      return;
    }
    if (!starts.containsKey(thread.id())) {
      starts.put(thread.id(), new RunStart(thread.lease()));
      read(thread, first);
    }
  }

  // Only the log has the input of the agent: the message may have been queued before a restart.
  private void read(ThreadState thread, QueuedMessage first) {
    log.readOne(
        thread.id(),
        first.seq(),
        page -> open(thread, first, message(page, first.seq())),
        failure -> retryLater(thread));
  }

  /** The queued message, if the event of this seq is one and is kept. */
  public static Optional<QueuedInput> message(EventPage page, long seq) {
    return page.events().stream()
        .filter(event -> event.seq() == seq)
        .findFirst()
        .flatMap(event -> QueuedInput.read(event.body()));
  }

  private void open(ThreadState thread, QueuedMessage first, Optional<QueuedInput> message) {
    Run run = runs.create(thread, first.agent());
    RawJson saved = message.map(found -> run.toSaved(input(found))).orElse(null);
    ServerEvent began = new ServerEvent.AgentStarted(first.agent(), first.message(), 1);
    byte[] body = EventCodec.body(began, run.id(), log.home().now());
    Commit commit =
        new Commit(
            thread.key(),
            null,
            new Expectation.Unconditional(),
            List.of(NewEvent.of(began, body)),
            new RunChange.Opened(run.id(), first.agent(), first.message(), first.command(), saved));
    log.commit(
        commit,
        result -> decided(thread, commit, result, () -> begin(run, first, message)),
        failure -> retryLater(thread));
  }

  private void decided(ThreadState thread, Commit commit, CommitResult result, Runnable beginning) {
    if (result instanceof CommitResult.Committed committed) {
      try {
        thread.grown(committed.first(), committed.epoch(), commit.events());
        beginning.run();
        thread.wakeReaders();
      } finally {
        done(thread);
      }
    } else if (result instanceof CommitResult.NotQueued) {
      reload(thread);
    } else if (result instanceof CommitResult.Overloaded) {
      retryLater(thread);
    } else {
      // A run that has lost its log is still open there: the next start of the gateway ends it.
      done(thread);
    }
  }

  private void begin(Run run, QueuedMessage queued, Optional<QueuedInput> message) {
    run.thread().queue().remove(queued.command());
    runs.opened(run);
    run.trace()
        .beginLater(message.map(QueuedInput::queued).map(QueuedContext::traceparent).orElse(null));
    Agent agent = agents.find(run.agent()).orElse(null);
    if (agent == null) {
      run.failUnbegun(
          ErrorCode.AGENT_ERROR, "The agent " + run.agent() + " does not exist any more.");
    } else if (message.isEmpty()) {
      run.failUnbegun(ErrorCode.INTERNAL, "The queued message is not kept any more.");
    } else {
      run.begin(agent, input(message.get()));
    }
  }

  private static Run.RunInput input(QueuedInput message) {
    return new Run.RunInput(
        message.body(), message.queued().context(), message.queued().traceparent());
  }

  // Another commit was first: the log knows what is queued now. Its answer is out of date when this
  // home has learned of a change since it asked.
  private void reload(ThreadState thread) {
    long before = thread.queue().changes();
    log.head(
        thread.id(),
        head -> {
          if (thread.queue().changes() != before) {
            reload(thread);
            return;
          }
          thread.queue().reset(head.queue());
          startAgain(thread);
        },
        failure -> retryLater(thread));
  }

  private void retryLater(ThreadState thread) {
    var ignored = log.home().schedule(RETRY, () -> startAgain(thread));
  }

  private void startAgain(ThreadState thread) {
    ThreadLease lease = thread.lease();
    done(thread);
    startNext(thread);
    lease.close();
  }

  private void done(ThreadState thread) {
    RunStart start = starts.remove(thread.id());
    if (start == null) {
      throw new IllegalStateException("start: none (expected: one under way)");
    }
    start.whenDone.forEach(Runnable::run);
    onProgress.run();
    // Last: the context may end with it.
    start.lease.close();
  }
}
