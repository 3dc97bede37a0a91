package dev.parley.gateway.user.run;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Appends the events of one run to the log. At most one append is in flight; what comes meanwhile
 * is merged and goes with the next one, so a run takes the pace of the disk. Used at the user's
 * home only.
 */
final class RunAppender {

  private static final Duration RETRY = Duration.ofMillis(100);

  /** What came of the appends. Called at the user's home. */
  interface AppendListener {

    /** Events of so many bytes are in the log, or will never be; one of the others may follow. */
    void settled(long bytes);

    /** So many of the events that were appended became part of others. */
    void merged(int events);

    /** The log has this and all earlier {@link #appends}; one of the others may follow. */
    void stored(long appends);

    /** The log has the end of the run. */
    void ended(RunState state);

    /**
     * The log may keep no more of the user. What it refused goes with the end, which always fits.
     */
    void quotaExceeded(CommitResult.QuotaExceeded result);

    /** The log has ended the run, or has closed: the next start of the gateway ends it there. */
    void lost();
  }

  private final ThreadState thread;
  private final RunId run;
  private final HomeLog log;
  private final UserTier tier;
  private final Function<ServerEvent, @Nullable HookRequest> told;
  private final AppendListener listener;
  private final UncommittedEvents uncommitted = new UncommittedEvents();
  private List<NewEvent> refused = List.of();

  /** The newest of the events that are uncommitted. */
  private @Nullable RawJson checkpoint;

  /** Asks for the web hook that tells the end; null until that is appended, or if none is told. */
  private @Nullable HookRequest hook;

  private long appends;

  /** Events that were appended and are uncommitted. */
  private int appended;

  /** The appends that are in the log when the commit in flight is. */
  private long appendsInFlight;

  private boolean inFlight;
  private boolean closed;

  /**
   * Appends for this run.
   *
   * @param told what the log is asked with the last event of the run
   */
  RunAppender(
      ThreadState thread,
      RunId run,
      HomeLog log,
      UserTier tier,
      Function<ServerEvent, @Nullable HookRequest> told,
      AppendListener listener) {
    this.thread = thread;
    this.run = run;
    this.log = log;
    this.tier = tier;
    this.told = told;
    this.listener = listener;
  }

  /**
   * Appends these events, which count so many bytes, and their checkpoint in one commit, as soon as
   * may be.
   *
   * @param events may be none if there is a checkpoint
   * @param notes hidden with some of the events; the same objects
   */
  void append(
      List<ServerEvent> events,
      IdentityHashMap<ServerEvent, List<RawJson>> notes,
      @Nullable RawJson itsCheckpoint,
      long bytes) {
    appends++;
    appended += events.size();
    if (!events.isEmpty()) {
      hook = told.apply(events.get(events.size() - 1));
    }
    uncommitted.add(events, notes, bytes);
    checkpoint = itsCheckpoint == null ? checkpoint : itsCheckpoint;
    flush();
  }

  /** Whether the log has, or will never have, everything that was appended. */
  boolean isAtRest() {
    return !inFlight && hasNothing();
  }

  private boolean hasNothing() {
    return uncommitted.isEmpty() && checkpoint == null;
  }

  /** How many times something was appended. */
  long appends() {
    return appends;
  }

  /** Appends nothing more. */
  void close() {
    closed = true;
    listener.settled(uncommitted.bytes());
    uncommitted.clear();
    checkpoint = null;
  }

  private void flush() {
    if (inFlight || closed || hasNothing()) {
      return;
    }
    inFlight = true;
    appendsInFlight = appends;
    long bytes = uncommitted.bytes();
    List<NewEvent> events = new ArrayList<>(refused);
    List<NewEvent> drained = uncommitted.drain(run, log.home().now());
    if (appended > drained.size()) {
      listener.merged(appended - drained.size());
    }
    appended = 0;
    events.addAll(drained);
    refused = List.of();
    RunChange change = change(events);
    checkpoint = null;
    Expectation open = new Expectation.RunOpen(run);
    submit(new Commit(thread.key(), null, open, events, change, tier.quota()), bytes);
  }

  private RunChange change(List<NewEvent> events) {
    RunState state = stateAfter(events);
    if (state != RunState.OPEN) {
      return new RunChange.Ended(run, state, hook);
    }
    return checkpoint == null
        ? new RunChange.Unchanged()
        : new RunChange.Checkpointed(run, checkpoint);
  }

  private static RunState stateAfter(List<NewEvent> events) {
    if (events.isEmpty()) {
      return RunState.OPEN;
    }
    return switch (events.get(events.size() - 1).type()) {
      case AGENT_COMPLETED -> RunState.COMPLETED;
      case AGENT_FAILED -> RunState.FAILED;
      case AGENT_CANCELLED -> RunState.CANCELLED;
      default -> RunState.OPEN;
    };
  }

  private void submit(Commit commit, long bytes) {
    log.commit(commit, result -> decided(commit, bytes, result), failure -> lost(bytes));
  }

  private void decided(Commit commit, long bytes, CommitResult result) {
    if (result instanceof CommitResult.Overloaded) {
      var ignored = log.home().schedule(RETRY, () -> submitAgain(commit, bytes));
    } else if (result instanceof CommitResult.QuotaExceeded full) {
      settled(bytes);
      refused = commit.events();
      listener.quotaExceeded(full);
      flush();
    } else if (result instanceof CommitResult.Committed committed) {
      committed(commit, bytes, committed);
    } else {
      lost(bytes);
    }
  }

  // Whatever becomes of those who read: the end of the run is told, and what follows is submitted.
  private void committed(Commit commit, long bytes, CommitResult.Committed committed) {
    try {
      settled(bytes);
      listener.stored(appendsInFlight);
      if (!commit.events().isEmpty()) {
        thread.grown(committed.first(), committed.epoch(), commit.events());
      }
    } finally {
      if (commit.run() instanceof RunChange.Ended ended) {
        listener.ended(ended.state());
      }
      flush();
    }
    thread.wakeReaders();
  }

  private void settled(long bytes) {
    inFlight = false;
    listener.settled(bytes);
  }

  private void lost(long bytes) {
    settled(bytes);
    listener.lost();
  }

  // The log may have no room for long, and the run may have ended meanwhile: its end always fits.
  private void submitAgain(Commit commit, long bytes) {
    if (commit.endsRun() || !uncommitted.hasEnd()) {
      submit(commit, bytes);
      return;
    }
    settled(bytes);
    refused = commit.events();
    flush();
  }
}
