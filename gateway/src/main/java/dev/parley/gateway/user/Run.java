package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.Quota;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run between its agent and the log. At most one append is in flight; what the agent says
 * meanwhile joins the next one. So the run paces itself to the disk. Used at the user's home only.
 */
final class Run {

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);
  private static final Duration CONFIRMATION = Duration.ofSeconds(5);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(100);

  /** What a run is about. */
  record Identity(ThreadState thread, RunId id, AgentName agent) {}

  /** What the agent is given. */
  record Question(RawJson input, @Nullable RawJson context, @Nullable String traceparent) {}

  private final UserContext context;
  private final Identity identity;
  private final RunGrammar grammar;
  private final Gathered gathered = new Gathered();
  private final RunSink sink;
  private final CancelSwitch cancellation;
  private final RunTimers timers;
  private final AgentWork work;
  private @Nullable CancelledBy cancelledBy;
  private Home.Timer confirmation = () -> {};
  private List<NewEvent> refused = List.of();
  private boolean appending;
  private boolean over;

  Run(UserContext context, Identity identity) {
    Services services = context.services();
    this.context = context;
    this.identity = identity;
    this.grammar = new RunGrammar(services.ids().message(), services.metrics()::runRepaired);
    this.sink =
        new RunSink(context.home(), services.agentThreads().callbacks(), this::take, this::flooded);
    this.cancellation = new CancelSwitch(services.agentThreads().callbacks());
    this.timers = new RunTimers(context.home(), services.runs(), sink::holdsAgent, this::fail);
    this.work = new AgentWork(failure -> context.home().execute(() -> agentLeft(failure)));
  }

  RunId id() {
    return identity.id();
  }

  AgentName agent() {
    return identity.agent();
  }

  ThreadState thread() {
    return identity.thread();
  }

  /** Gives the question to the agent, on the agent pool. */
  void begin(Agent worker, Question question) {
    context.services().metrics().runStarted();
    timers.start();
    AgentRequest request =
        new AgentRequest(
            thread().key().user(),
            thread().id(),
            id(),
            question.input(),
            question.context(),
            question.traceparent(),
            cancellation);
    try {
      context.services().agentThreads().workers().execute(() -> work.run(worker, request, sink));
    } catch (RejectedExecutionException e) {
      fail(ErrorCode.OVERLOADED, "The gateway has no room for another run now.");
    }
  }

  private void agentLeft(@Nullable Throwable failure) {
    if (cancelledBy != null) {
      finishCancel(true);
    } else if (failure == null) {
      append(grammar.complete(context.home().nanoTime()), 0);
    } else if (!grammar.hasEnded()) {
      // The words of the exception may quote the conversation: its type alone is logged.
      LOG.warn("run {} of agent {} failed: {}", id(), agent(), failure.getClass().getName());
      fail(ErrorCode.AGENT_ERROR, "The agent failed.");
    }
  }

  private void take(AgentEvent event, long bytes) {
    timers.agentSpoke();
    if (cancelledBy != null || over) {
      sink.done(bytes);
      return;
    }
    append(grammar.take(event, context.home().nanoTime()), bytes);
  }

  private void flooded() {
    fail(ErrorCode.AGENT_ERROR, "The agent did not wait for the log.");
  }

  private void fail(ErrorCode code, String reason) {
    if (cancelledBy != null) {
      return;
    }
    boolean retryable = code != ErrorCode.UPSTREAM_PROTOCOL && code != ErrorCode.QUOTA_EXCEEDED;
    append(grammar.fail(code, reason, retryable, context.home().nanoTime()), 0);
  }

  /**
   * Stops the run: the agent is told, and given a few seconds to confirm. Stopping twice, or a run
   * that has ended, changes nothing.
   */
  void cancel(CancelledBy by) {
    context.home().check();
    if (cancelledBy != null || grammar.hasEnded() || over) {
      return;
    }
    cancelledBy = by;
    confirmation = context.home().schedule(CONFIRMATION, () -> finishCancel(false));
    cancellation.fire();
  }

  /** Fails a run whose agent cannot be asked. */
  void failUnbegun(ErrorCode code, String reason) {
    context.services().metrics().runStarted();
    fail(code, reason);
  }

  /** Stops a run whose agent was never asked. */
  void cancelUnbegun(CancelledBy by) {
    context.services().metrics().runStarted();
    cancelledBy = by;
    finishCancel(true);
  }

  private void finishCancel(boolean confirmed) {
    confirmation.cancel();
    if (cancelledBy != null && !over) {
      append(grammar.cancel(cancelledBy, confirmed, context.home().nanoTime()), 0);
    }
  }

  private void append(List<ServerEvent> events, long bytes) {
    context.home().check();
    if (events.isEmpty()) {
      sink.done(bytes);
      return;
    }
    gathered.add(events, bytes);
    if (grammar.hasEnded()) {
      cancellation.fire();
    }
    flush();
  }

  private void flush() {
    if (appending || over || gathered.isEmpty()) {
      return;
    }
    appending = true;
    long bytes = gathered.bytes();
    List<NewEvent> events = new ArrayList<>(refused);
    events.addAll(gathered.drain(id(), context.home().now()));
    refused = List.of();
    RunState end = grammar.hasEnded() ? stateAfter(events.get(events.size() - 1)) : RunState.OPEN;
    RunChange change =
        end == RunState.OPEN ? new RunChange.Unchanged() : new RunChange.Ended(id(), end);
    Quota quota = TierLimits.quota(context.tier());
    Expectation open = new Expectation.RunOpen(id());
    submit(new Commit(thread().key(), null, open, events, change, quota), bytes);
  }

  private static RunState stateAfter(NewEvent last) {
    return last.type() == EventType.AGENT_COMPLETED
        ? RunState.COMPLETED
        : last.type() == EventType.AGENT_FAILED ? RunState.FAILED : RunState.CANCELLED;
  }

  private void submit(Commit commit, long bytes) {
    context
        .services()
        .log()
        .commit(commit)
        .whenComplete(
            (result, failure) ->
                context.home().execute(() -> appended(commit, bytes, result, failure)));
  }

  private void appended(
      Commit commit, long bytes, @Nullable CommitResult result, @Nullable Throwable failure) {
    context.home().check();
    if (result instanceof CommitResult.Overloaded && failure == null) {
      var ignored = context.home().schedule(RETRY, () -> submitAgain(commit, bytes));
      return;
    }
    appending = false;
    if (sink.holdsAgent()) {
      timers.logCaughtUp();
    }
    sink.done(bytes);
    if (result instanceof CommitResult.QuotaExceeded full && failure == null) {
      endBeyondQuota(commit, full);
      return;
    }
    if (!(result instanceof CommitResult.Committed committed)) {
      // The log has ended this run, or closed: whoever reopens it ends the run there.
      LOG.warn("run {} of agent {} lost its log", id(), agent());
      finish("lost");
      return;
    }
    thread().grown(committed.first(), committed.epoch(), commit.events());
    if (commit.run() instanceof RunChange.Ended ended) {
      finish(ended.state().wire());
    }
    thread().wakeReaders();
    flush();
  }

  /** The log may have no room for long, and the run may have ended meanwhile: ends always fit. */
  private void submitAgain(Commit commit, long bytes) {
    if (commit.endsRun() || !grammar.hasEnded()) {
      submit(commit, bytes);
      return;
    }
    appending = false;
    sink.done(bytes);
    refused = commit.events();
    flush();
  }

  /** Ends always fit: what was refused is kept with the end of the run. */
  private void endBeyondQuota(Commit commit, CommitResult.QuotaExceeded full) {
    refused = commit.events();
    if (cancelledBy != null) {
      finishCancel(false);
    } else {
      fail(ErrorCode.QUOTA_EXCEEDED, TierLimits.exceeded(full, context.tier()));
    }
    flush();
  }

  private void finish(String end) {
    over = true;
    timers.stop();
    confirmation.cancel();
    cancellation.fire();
    sink.done(gathered.bytes());
    gathered.clear();
    if (work.end()) {
      // Its thread is one of few: an agent that blocks in it is given some time to go by itself.
      var ignored = context.home().schedule(TO_LEAVE, work::interrupt);
    }
    context.services().metrics().runEnded(end);
    context.ended(this);
  }
}
