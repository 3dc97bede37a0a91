package dev.parley.gateway.user.run;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.user.history.Histories;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open runs of one user. Each keeps its thread in memory. Used at the user's home only. */
public final class OpenRuns {

  /** Whether new runs may begin. */
  private enum RunAdmission {
    OPEN,

    /** No queued run is started any more. */
    DRAINING,

    /** The same, and every run is cancelled. */
    CANCELLING
  }

  private final Home home;
  private final HomeLog log;
  private final UserTier tier;
  private final RunServices services;
  private final Histories histories;
  private final Runnable onProgress;
  private final QueuedRunStarter starter;
  private final Map<RunId, Run> runs = new LinkedHashMap<>();
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
    Run.RunIdentity identity = new Run.RunIdentity(thread, services.ids().run(), agent);
    return new Run(identity, log, tier, services, histories, this::over);
  }

  /** The log has the beginning of the run. Its {@link Run#begin} follows at once. */
  public void opened(Run run) {
    home.check();
    runs.put(run.id(), run);
    leases.put(run.id(), run.thread().lease());
    run.thread().opened(run.id(), run.agent());
    if (admission == RunAdmission.CANCELLING) {
      // After it has begun.
      home.execute(() -> run.cancel(CancelledBy.SHUTDOWN));
    }
  }

  private void over(Run run) {
    home.check();
    runs.remove(run.id());
    run.thread().ended(run.id());
    starter.startNext(run.thread());
    // The readers of the thread are yet to be told of the end.
    home.execute(() -> released(leases.remove(run.id())));
  }

  private void released(@Nullable ThreadLease lease) {
    onProgress.run();
    if (lease != null) {
      lease.close();
    }
  }

  /** Cancels the run; tells whether it is open. */
  public boolean cancel(RunId run, CancelledBy by) {
    home.check();
    Run open = runs.get(run);
    if (open != null) {
      open.cancel(by);
    }
    return open != null;
  }

  public int count() {
    return runs.size();
  }

  public Collection<Run> all() {
    return runs.values();
  }

  /** Whether a run is open or about to begin. */
  public boolean isAtWork() {
    return !runs.isEmpty() || starter.isAtWork();
  }

  /** Whether the process ends, so that nothing new may begin. */
  public boolean isDraining() {
    return admission != RunAdmission.OPEN;
  }

  /** The process ends: no more queued runs are started. */
  public void drain() {
    home.check();
    if (admission == RunAdmission.OPEN) {
      admission = RunAdmission.DRAINING;
    }
  }

  /** Cancels every run, also those that open later. */
  public void cancelAll() {
    home.check();
    admission = RunAdmission.CANCELLING;
    List.copyOf(runs.values()).forEach(run -> run.cancel(CancelledBy.SHUTDOWN));
  }
}
