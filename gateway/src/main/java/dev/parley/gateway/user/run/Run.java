package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.user.history.Histories;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
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

  /** The thread of a run, its id and its agent. */
  public record RunIdentity(ThreadState thread, RunId id, AgentName agent) {}

  /** What the agent is given. */
  public record RunInput(RawJson input, @Nullable RawJson context, @Nullable String traceparent) {}

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
  private RunPhase phase = RunPhase.RUNNING;
  private CancelledBy cancelledBy = CancelledBy.USER;
  private boolean confirmsCancel = true;
  private Home.Timer confirmation = () -> {};

  /**
   * A run whose beginning is yet to be committed.
   *
   * @param onOver told once when the run is over
   */
  Run(
      RunIdentity identity,
      HomeLog log,
      UserTier tier,
      RunServices services,
      Histories histories,
      Consumer<Run> onOver) {
    this.identity = identity;
    this.home = log.home();
    this.tier = tier;
    this.services = services;
    this.histories = histories;
    this.onOver = onOver;
    this.grammar = new RunGrammar(services.ids().message(), services.metrics()::runRepaired);
    this.appender = new RunAppender(identity.thread(), identity.id(), log, tier, this);
    this.sink = new RunSink(home, services.threads().callbacks(), new FromAgent());
    this.awaited = new AwaitedEvents(services.threads().callbacks());
    this.cancellation = new CancelSwitch(services.threads().callbacks());
    this.timers = new RunTimers(home, services.config(), this::mayBeSilent, this::fail);
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

  /** Gives the input to the agent, on the agent pool. */
  public void begin(Agent worker, RunInput input) {
    home.check();
    services.metrics().runStarted();
    timers.start();
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
            histories.before(thread(), agent()),
            null,
            cancellation);
    try {
      services.threads().workers().execute(() -> work.run(worker, request, sink));
    } catch (RejectedExecutionException e) {
      fail(ErrorCode.OVERLOADED, "The gateway has no room for another run now.");
    }
  }

  /** Fails a run whose agent cannot be asked. */
  void failUnbegun(ErrorCode code, String reason) {
    services.metrics().runStarted();
    fail(code, reason);
  }

  /** Cancels a run whose agent was never asked. */
  public void cancelUnbegun(CancelledBy by) {
    home.check();
    services.metrics().runStarted();
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
    public void take(AgentEvent event, long bytes, @Nullable CompletableFuture<Void> synced) {
      home.check();
      timers.agentSpoke();
      if (phase != RunPhase.RUNNING && phase != RunPhase.ENDING) {
        services.metrics().lateAgentEvent();
        sink.done(bytes);
        await(false, synced);
        return;
      }
      append(grammar.take(event, home.nanoTime()), bytes);
      await(!grammar.hasLeftOut(), synced);
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
    if (events.isEmpty()) {
      sink.done(bytes);
      return;
    }
    if (grammar.hasEnded()) {
      awaited.fail();
      phase = phase == RunPhase.RUNNING ? RunPhase.ENDING : phase;
      cancellation.fire();
    }
    appender.append(events, grammar.notesFor(events), bytes);
  }

  @Override
  public void settled(long bytes) {
    if (sink.holdsAgent()) {
      timers.logCaughtUp();
    }
    sink.done(bytes);
  }

  @Override
  public void stored(long appends) {
    awaited.stored(appends);
  }

  @Override
  public void ended(RunState state) {
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
    services.metrics().runEnded(end);
    onOver.accept(this);
  }
}
