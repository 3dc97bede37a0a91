package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.user.history.Histories;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.RetryDelays;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open runs of one user. Each keeps its thread in memory. Used at the user's home only. */
public final class OpenRuns {

  /** Whether new runs may begin. */
  private enum RunAdmission {
    OPEN,

    /** No queued run is started any more. Runs that the next process resumes are detached. */
    DRAINING,

    /** The same, and every other run is cancelled. */
    CANCELLING,

    /** The user is erased: every run is cancelled, and no queued run is started. */
    ERASING
  }

  /** A run that the last process left open, until it is resumed. */
  private static final class Resuming {
    final RunRecord record;
    final Runnable whenDone;
    final RetryDelays delays = new RetryDelays(Duration.ofMinutes(1));
    @Nullable ThreadState thread;
    @Nullable CancelledBy cancelledBy;

    Resuming(RunRecord record, Runnable whenDone) {
      this.record = record;
      this.whenDone = whenDone;
    }
  }

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(OpenRuns.class);

  private final Home home;
  private final HomeLog log;
  private final UserTier tier;
  private final RunServices services;
  private final Histories histories;
  private final Runnable onProgress;
  private final QueuedRunStarter starter;
  private final Map<RunId, Run> runs = new LinkedHashMap<>();
  private final Map<RunId, Resuming> resuming = new LinkedHashMap<>();
  private final Map<RunId, ThreadLease> leases = new LinkedHashMap<>();
  private RunAdmission admission = RunAdmission.OPEN;

  /** Runs the task each time when a run, or the start of a queued one, is over. */
  public OpenRuns(
      HomeLog log, UserTier tier, RunServices services, Histories histories, Runnable onProgress) {
    this.home = log.home();
    this.log = log;
    this.tier = tier;
    this.services = services;
    this.histories = histories;
    this.onProgress = onProgress;
    this.starter = new QueuedRunStarter(log, services.agents(), this, onProgress);
  }

  /** Starts queued runs. */
  public QueuedRunStarter starter() {
    return starter;
  }

  /** A run that is open once the log has its beginning; see {@link #opened}. */
  public Run create(ThreadState thread, AgentName agent) {
    return create(thread, services.ids().run(), agent, services.ids().message());
  }

  private Run create(ThreadState thread, RunId id, AgentName agent, MessageId message) {
    Run.RunIdentity identity = new Run.RunIdentity(thread, id, agent, resumable(agent).isPresent());
    return new Run(identity, log, tier, services, histories, message, this::over);
  }

  /** The agent of this name, if it resumes its runs. */
  private Optional<Agent> resumable(AgentName agent) {
    return services.agents().find(agent).filter(Agent::isResumable);
  }

  /** The log has the beginning of the run. Its {@link Run#begin} follows at once. */
  public void opened(Run run) {
    home.check();
    runs.put(run.id(), run);
    leases.put(run.id(), run.thread().lease());
    run.thread().opened(run.id(), run.agent());
    if (admission == RunAdmission.ERASING) {
      home.execute(() -> run.cancel(CancelledBy.OPERATOR));
    } else if (isDraining() && run.isResumable()) {
      // After it has begun.
      home.execute(run::detach);
    } else if (admission == RunAdmission.CANCELLING) {
      home.execute(() -> run.cancel(CancelledBy.SHUTDOWN));
    }
  }

  // -- runs that the last process left open

  /**
   * A run that is open in the log is to be resumed here: it counts as open from now on. {@link
   * #resume} follows when its thread is loaded.
   *
   * @param whenDone called when it is resumed, or stays for the next process
   */
  public void expect(RunRecord record, Runnable whenDone) {
    home.check();
    resuming.put(record.run(), new Resuming(record, whenDone));
  }

  /** Resumes the run on its thread, as soon as the log has told how far it has come. */
  public void resume(ThreadState thread, RunId run) {
    home.check();
    Resuming waiting = resuming.get(run);
    if (waiting != null && !leaveToNext(waiting)) {
      waiting.thread = thread;
      thread.opened(run, waiting.record.agent());
      leases.put(run, thread.lease());
      restore(thread, waiting);
    }
  }

  private void restore(ThreadState thread, Resuming waiting) {
    log.readWith(
        known -> new RunRestorer(known, services.callbacks(), waiting.record).restore(),
        restored -> resumed(thread, waiting, restored),
        failure -> {
          if (!leaveToNext(waiting)) {
            tryAgain(waiting, failure, () -> restore(thread, waiting));
          }
        });
  }

  private void tryAgain(Resuming waiting, Throwable failure, Runnable attempt) {
    LOG.warn("run {} is not resumed yet: {}", waiting.record.run(), failure.toString());
    var ignored = home.schedule(waiting.delays.next(), attempt);
  }

  /**
   * The thread of a run that is to be resumed did not load.
   *
   * @param attempt loads it again, and is called later if that may help
   */
  public void notLoaded(RunId run, Throwable failure, Runnable attempt) {
    home.check();
    Resuming waiting = resuming.get(run);
    if (waiting == null || leaveToNext(waiting)) {
      return;
    }
    Optional<DamagedRecordException> damage = DamagedRecordException.in(failure);
    if (damage.isEmpty()) {
      tryAgain(waiting, failure, attempt);
      return;
    }
    // Its end cannot be stored either: that needs the record of the thread.
    LOG.error(
        "run {} of agent {} can neither be resumed nor ended: {}",
        run,
        waiting.record.agent(),
        damage.get().getMessage());
    forget(waiting);
  }

  private void resumed(ThreadState thread, Resuming waiting, RestoredRun restored) {
    RunRecord record = waiting.record;
    if (leaveToNext(waiting) || !resuming.remove(record.run(), waiting)) {
      return;
    }
    MessageId message = restored.message().orElseGet(services.ids()::message);
    Run run = create(thread, record.run(), record.agent(), message);
    runs.put(run.id(), run);
    run.resume(resumable(record.agent()).orElse(null), restored, waiting.cancelledBy);
    waiting.whenDone.run();
  }

  /** Leaves the run to the next process, if this one ends. One that was cancelled ends here. */
  private boolean leaveToNext(Resuming waiting) {
    if (!isDraining() || admission == RunAdmission.ERASING || waiting.cancelledBy != null) {
      return false;
    }
    forget(waiting);
    return true;
  }

  private void forget(Resuming waiting) {
    RunId run = waiting.record.run();
    if (resuming.remove(run, waiting)) {
      waiting.whenDone.run();
      home.execute(() -> released(leases.remove(run)));
    }
  }

  // -- ends

  private void over(Run run) {
    home.check();
    runs.remove(run.id());
    if (!run.isDetached()) {
      run.thread().ended(run.id());
      starter.startNext(run.thread());
    }
    // The readers of the thread are yet to be told of the end.
    home.execute(() -> released(leases.remove(run.id())));
  }

  private void released(@Nullable ThreadLease lease) {
    onProgress.run();
    if (lease != null) {
      lease.close();
    }
  }

  /** Cancels the run, at once or when it is resumed; tells whether it is open here. */
  public boolean cancel(RunId run, CancelledBy by) {
    home.check();
    Run open = runs.get(run);
    if (open != null) {
      open.cancel(by);
      return !open.isDetached();
    }
    Resuming waiting = resuming.get(run);
    if (waiting != null && waiting.cancelledBy == null) {
      waiting.cancelledBy = by;
    }
    return waiting != null;
  }

  public int count() {
    return runs.size() + resuming.size();
  }

  /** The open runs whose threads are loaded. */
  public List<Run.RunIdentity> all() {
    List<Run.RunIdentity> all = new ArrayList<>();
    for (Resuming waiting : resuming.values()) {
      if (waiting.thread != null) {
        RunRecord record = waiting.record;
        all.add(new Run.RunIdentity(waiting.thread, record.run(), record.agent(), true));
      }
    }
    runs.values().forEach(run -> all.add(run.identity()));
    return all;
  }

  /** Whether a run is open or about to begin. */
  public boolean isAtWork() {
    return !runs.isEmpty() || !resuming.isEmpty() || starter.isAtWork();
  }

  /** Whether the process ends or the user is erased, so that nothing new may begin. */
  public boolean isDraining() {
    return admission != RunAdmission.OPEN;
  }

  /** Why nothing new may begin now; null if it may. */
  public @Nullable Refusal refusal() {
    if (admission == RunAdmission.ERASING) {
      return CommonRefusals.beingErased();
    }
    return isDraining()
        ? Refusal.temporary(ErrorCode.DRAINING, "The gateway is stopping.", RETRY_AFTER)
        : null;
  }

  /**
   * The user is to be erased: cancels every run, also those that are yet to be resumed, and starts
   * no queued one.
   */
  public void erase() {
    home.check();
    admission = RunAdmission.ERASING;
    List.copyOf(runs.values()).forEach(run -> run.cancel(CancelledBy.OPERATOR));
    for (Resuming waiting : resuming.values()) {
      waiting.cancelledBy =
          waiting.cancelledBy == null ? CancelledBy.OPERATOR : waiting.cancelledBy;
    }
  }

  /** The user was not erased: new runs may begin again, unless the process ends. */
  public void reopen() {
    home.check();
    if (admission == RunAdmission.ERASING) {
      admission = RunAdmission.OPEN;
    }
  }

  /**
   * The process ends: no more queued runs are started, and the next process resumes what it can.
   */
  public void drain() {
    home.check();
    if (admission == RunAdmission.OPEN) {
      admission = RunAdmission.DRAINING;
      List.copyOf(resuming.values()).forEach(this::leaveToNext);
      runs.values().stream().filter(Run::isResumable).toList().forEach(Run::detach);
    }
  }

  /** Cancels every run, also those that open later; but not those that the next process resumes. */
  public void cancelAll() {
    home.check();
    admission = RunAdmission.CANCELLING;
    List.copyOf(runs.values()).forEach(run -> run.cancel(CancelledBy.SHUTDOWN));
  }
}
