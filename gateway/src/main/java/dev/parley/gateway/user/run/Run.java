package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.codec.SavedRequest;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.user.history.Histories;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run, between its agent and the log. Used at the user's home only. */
public final class Run implements RunAppender.AppendListener {

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);
  private static final Duration CONFIRMATION = Duration.ofSeconds(5);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);
  private static final Duration UNTIL_ROOM = Duration.ofMillis(100);

  private static final int MAX_CHECKPOINT = 64 * 1024;

  /**
   * The thread of a run, its id and its agent.
   *
   * @param isResumable whether it goes on after a restart
   */
  public record RunIdentity(ThreadState thread, RunId id, AgentName agent, boolean isResumable) {}

  /** What the agent is given. */
  public record RunInput(RawJson input, @Nullable RawJson context, @Nullable String traceparent) {

    RawJson toSaved() {
      return new SavedRequest(input, context, traceparent).toJson();
    }
  }

  /** The life of a run here. Only {@code RUNNING} and {@code ENDING} take events of the agent. */
  private enum RunPhase {
    /** The agent works. */
    RUNNING,

    /** The agent was told to stop, and may confirm it. */
    CANCELLING,

    /** The end of a cancelled run is on its way to the log. */
    CANCELLED,

    /** The end of a run that completed or failed is on its way to the log. */
    ENDING,

    /** This process ends, and the next one resumes the run. What was taken goes to the log. */
    DETACHING,

    /** The log has the end, or the run has lost the log. */
    OVER
  }

  private final RunIdentity identity;
  private final Home home;
  private final UserTier tier;
  private final RunServices services;
  private final Histories histories;
  private final Consumer<Run> onOver;
  private final RunGrammar grammar;
  private final RunAppender appender;
  private final RunSink sink;
  private final AwaitedEvents awaited;
  private final CancelSwitch cancellation;
  private final RunTimers timers;
  private final AgentWork work;
  private final RunLatency latency;
  private final RunTrace trace;
  private RunPhase phase = RunPhase.RUNNING;
  private CancelledBy cancelledBy = CancelledBy.USER;
  private boolean confirmsCancel = true;
  private Home.Timer confirmation = () -> {};

  /**
   * A run whose beginning is yet to be committed, or that is yet to be resumed.
   *
   * @param message the id of its answer
   * @param onOver told once when the run is over
   */
  Run(
      RunIdentity identity,
      HomeLog log,
      UserTier tier,
      RunServices services,
      Histories histories,
      MessageId message,
      Consumer<Run> onOver) {
    this.identity = identity;
    this.home = log.home();
    this.tier = tier;
    this.services = services;
    this.histories = histories;
    this.onOver = onOver;
    this.grammar = new RunGrammar(message, services.metrics()::runRepaired);
    this.appender =
        new RunAppender(
            identity.thread(),
            identity.id(),
            log,
            tier,
            event -> services.told().of(identity.agent(), event),
            this);
    this.sink = new RunSink(home, services.threads().callbacks(), new FromAgent());
    this.awaited = new AwaitedEvents(services.threads().callbacks());
    this.cancellation = new CancelSwitch(services.threads().callbacks());
    this.timers = new RunTimers(home, services.config(), this::mayBeSilent, this::fail);
    this.latency = new RunLatency(home, tier, identity.agent(), services.metrics().latencies());
    this.trace = new RunTrace(identity, tier, services.traces());
    this.work = new AgentWork(failure -> home.execute(() -> agentLeft(failure)));
  }

  public RunId id() {
    return identity.id();
  }

  public AgentName agent() {
    return identity.agent();
  }

  public ThreadState thread() {
    return identity.thread();
  }

  /** Its spans, which begin when it is opened. */
  public RunTrace trace() {
    return trace;
  }

  /** What the commit that begins this run saves of it; null if it cannot be resumed. */
  public @Nullable RawJson toSaved(RunInput input) {
    return identity.isResumable() ? input.toSaved() : null;
  }

  RunIdentity identity() {
    return identity;
  }

  boolean isResumable() {
    return identity.isResumable();
  }

  /** Whether it stays open in the log after this process. */
  boolean isDetached() {
    return cancellation.isDetached();
  }

  /** Gives the input to the agent, on the agent pool. */
  public void begin(Agent worker, RunInput input) {
    home.check();
    services.metrics().runStarted(agent().value());
    timers.start(Duration.ZERO);
    latency.started();
    work(worker, input, histories.before(thread(), agent()), null);
  }

  /**
   * Goes on with a run that the last process left open, or ends it if that cannot be. Called before
   * anything else, once its thread knows that it is open.
   *
   * @param cancelled by whom, if it was cancelled before
   */
  void resume(@Nullable Agent worker, RestoredRun restored, @Nullable CancelledBy cancelled) {
    home.check();
    services.metrics().runStarted(agent().value());
    timers.start(restored.lasted(home.now()));
    latency.resumed(restored.lasted(home.now()));
    restored.restore(grammar, home.now(), home.nanoTime());
    SavedRequest request = restored.request();
    trace.beginLater(request == null ? null : request.traceparent());
    if (worker == null || request == null || restored.damage() != null) {
      String cause = worker == null ? "its agent is not resumable any more" : restored.damage();
      LOG.warn("run {} of agent {} is not resumed, but ended: {}", id(), agent(), cause);
      end(cancelled);
      return;
    }
    work(
        worker,
        new RunInput(request.input(), request.context(), request.traceparent()),
        histories.before(thread(), agent(), restored.startSeq()),
        new Resumption(restored.checkpoint(), grammar.noteBytes()));
    if (cancelled != null) {
      cancel(cancelled);
    }
  }

  /** Ends a run that cannot be resumed; nobody is asked to stop it. */
  private void end(@Nullable CancelledBy cancelled) {
    if (cancelled == null) {
      fail(ErrorCode.GATEWAY_RESTARTED, "The run cannot be resumed after the restart.");
      return;
    }
    phase = RunPhase.CANCELLING;
    cancelledBy = cancelled;
    finishCancel(false);
  }

  private void work(
      Agent worker, RunInput input, HistorySource history, @Nullable Resumption resumption) {
    confirmsCancel = worker.confirmsCancel();
    AgentRequest request =
        new AgentRequest(
            thread().key().user(),
            thread().id(),
            id(),
            ConversationId.of(thread().key().user(), thread().id(), thread().epoch()),
            input.input(),
            input.context(),
            input.traceparent(),
            history,
            resumption,
            cancellation);
    give(worker, trace.traced(request));
  }

  /** A new run without room fails. One that is resumed waits: its service works meanwhile. */
  private void give(Agent worker, AgentRequest request) {
    if (phase != RunPhase.RUNNING && phase != RunPhase.CANCELLING) {
      return;
    }
    try {
      services.threads().workers().execute(() -> work.run(worker, request, sink));
    } catch (RejectedExecutionException | OutOfMemoryError full) { // the latter: no thread
      if (request.resumption() == null) {
        fail(ErrorCode.OVERLOADED, "The gateway has no room for another run now.");
      } else {
        var ignored = home.schedule(UNTIL_ROOM, () -> give(worker, request));
      }
    }
  }

  /** Fails a run whose agent cannot be asked. */
  void failUnbegun(ErrorCode code, String reason) {
    services.metrics().runStarted(agent().value());
    fail(code, reason);
  }

  /** Cancels a run whose agent was never asked. */
  public void cancelUnbegun(CancelledBy by) {
    home.check();
    services.metrics().runStarted(agent().value());
    phase = RunPhase.CANCELLING;
    cancelledBy = by;
    finishCancel(true);
  }

  /**
   * Cancels the run: the agent is told, and given a few seconds to confirm. The first cancellation
   * counts; one of a run that has ended changes nothing.
   */
  void cancel(CancelledBy by) {
    home.check();
    if (phase != RunPhase.RUNNING) {
      return;
    }
    phase = RunPhase.CANCELLING;
    cancelledBy = by;
    awaited.fail();
    confirmation = home.schedule(CONFIRMATION, () -> finishCancel(false));
    cancellation.fire();
  }

  /** This process ends: what was taken is committed, and the run stays open for the next one. */
  void detach() {
    home.check();
    if (phase != RunPhase.RUNNING) {
      return;
    }
    phase = RunPhase.DETACHING;
    awaited.fail();
    cancellation.detach();
    finishDetach();
  }

  private void finishDetach() {
    if (phase == RunPhase.DETACHING && appender.isAtRest()) {
      finish("detached");
    }
  }

  private void finishCancel(boolean confirmed) {
    if (phase != RunPhase.CANCELLING) {
      return;
    }
    phase = RunPhase.CANCELLED;
    confirmation.cancel();
    append(grammar.cancel(cancelledBy, confirmed, home.nanoTime()), 0);
  }

  private void agentLeft(@Nullable Throwable failure) {
    home.check();
    if (phase == RunPhase.CANCELLING) {
      finishCancel(confirmsCancel && !isUnconfirmed(failure));
    } else if (phase == RunPhase.RUNNING && failure == null) {
      append(grammar.complete(home.nanoTime()), 0);
    } else if (phase == RunPhase.RUNNING) {
      // The message of the exception may quote the conversation: only its type is logged.
      LOG.warn("run {} of agent {} failed: {}", id(), agent(), typeOf(failure));
      fail(ErrorCode.AGENT_ERROR, "The agent failed.");
    }
  }

  private static boolean isUnconfirmed(@Nullable Throwable failure) {
    return failure instanceof UnconfirmedCancelException
        || (failure instanceof CompletionException wrapper
            && wrapper.getCause() instanceof UnconfirmedCancelException);
  }

  private static String typeOf(@Nullable Throwable failure) {
    return failure == null ? "" : failure.getClass().getName();
  }

  /** What the agent says through its sink. */
  private final class FromAgent implements RunSink.SinkListener {
    @Override
    public void take(
        RunSink.Emitted emitted, long bytes, @Nullable CompletableFuture<Void> synced) {
      home.check();
      timers.agentSpoke();
      latency.agentSpoke();
      if (phase != RunPhase.RUNNING && phase != RunPhase.ENDING) {
        emitted.events().forEach(late -> services.metrics().lateAgentEvent());
        sink.done(bytes);
        await(false, synced);
        return;
      }
      List<ServerEvent> events = new ArrayList<>();
      boolean isTaken = true;
      for (AgentEvent event : emitted.events()) {
        events.addAll(grammar.take(event, home.nanoTime()));
        isTaken &= !grammar.hasLeftOut();
      }
      RawJson checkpoint = emitted.checkpoint();
      if (checkpoint != null && !grammar.hasEnded()) {
        String problem = problem(checkpoint);
        isTaken &= problem == null;
        if (problem != null) {
          events.addAll(grammar.fail(ErrorCode.AGENT_ERROR, problem, false, home.nanoTime()));
        }
      }
      append(events, grammar.hasEnded() ? null : checkpoint, bytes);
      await(isTaken, synced);
    }

    private @Nullable String problem(RawJson checkpoint) {
      if (!isResumable()) {
        return Texts.expected("checkpoint", "given", "an agent that is resumable");
      }
      return checkpoint.length() > MAX_CHECKPOINT
          ? Texts.expected(
              "checkpoint", checkpoint.length() + " bytes", "at most " + MAX_CHECKPOINT)
          : null;
    }

    @Override
    public void flooded() {
      fail(ErrorCode.AGENT_ERROR, "The agent did not wait for the log.");
    }

    @Override
    public void alive() {
      timers.agentIsAlive();
    }
  }

  private void await(boolean isTaken, @Nullable CompletableFuture<Void> synced) {
    if (synced != null && isTaken) {
      awaited.add(appender.appends(), synced);
    } else if (synced != null) {
      awaited.fail(synced);
    }
  }

  /** Whether the agent waits for the log or for a tool. */
  private boolean mayBeSilent() {
    return sink.holdsAgent() || !awaited.isEmpty() || grammar.hasOpenTool();
  }

  private void fail(ErrorCode code, String reason) {
    home.check();
    if (phase != RunPhase.RUNNING) {
      return;
    }
    boolean retryable = code != ErrorCode.UPSTREAM_PROTOCOL && code != ErrorCode.QUOTA_EXCEEDED;
    append(grammar.fail(code, reason, retryable, home.nanoTime()), 0);
  }

  private void append(List<ServerEvent> events, long bytes) {
    append(events, null, bytes);
  }

  private void append(List<ServerEvent> events, @Nullable RawJson checkpoint, long bytes) {
    if (events.isEmpty() && checkpoint == null) {
      sink.done(bytes);
      return;
    }
    trace.append(events);
    if (grammar.hasEnded()) {
      noteFailure(events);
      awaited.fail();
      phase = phase == RunPhase.RUNNING ? RunPhase.ENDING : phase;
      cancellation.fire();
    }
    RawJson saved = checkpoint == null ? null : grammar.checkpoint(checkpoint).toJson();
    appender.append(events, grammar.takeNotes(), saved, bytes);
  }

  private void noteFailure(List<ServerEvent> events) {
    if (!events.isEmpty()
        && events.get(events.size() - 1) instanceof ServerEvent.AgentFailed failed) {
      services.metrics().runFailed(agent().value(), failed.code().wire());
      services.failures().failed(thread().key().user(), id(), failed.code());
    }
  }

  @Override
  public void settled(long bytes) {
    if (sink.holdsAgent()) {
      timers.logCaughtUp();
    }
    sink.done(bytes);
    if (phase == RunPhase.DETACHING) {
      home.execute(this::finishDetach);
    }
  }

  @Override
  public void merged(int events) {
    services.metrics().mergedOnAppend(events);
  }

  @Override
  public void stored(long appends) {
    awaited.stored(appends);
  }

  @Override
  public void ended(RunState state) {
    latency.ended();
    finish(state.wire());
  }

  @Override
  public void quotaExceeded(CommitResult.QuotaExceeded result) {
    finishCancel(false);
    fail(ErrorCode.QUOTA_EXCEEDED, tier.exceeded(result));
  }

  @Override
  public void lost() {
    LOG.warn("run {} of agent {} lost its log", id(), agent());
    finish("lost");
  }

  private void finish(String end) {
    phase = RunPhase.OVER;
    timers.stop();
    confirmation.cancel();
    cancellation.fire();
    awaited.fail();
    appender.close();
    if (work.end()) {
      // Its thread is one of few: an agent that blocks in it is given some time to leave.
      var ignored = home.schedule(TO_LEAVE, work::interrupt);
    }
    services.metrics().runEnded(agent().value(), end);
    trace.end(end);
    onOver.accept(this);
  }
}
