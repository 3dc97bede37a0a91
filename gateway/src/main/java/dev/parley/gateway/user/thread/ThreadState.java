package dev.parley.gateway.user.thread;

import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.home.Home;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a user context knows of one thread: the head of its log, who reads it, and its recent events
 * while a reader needs them. Used at the user's home only.
 */
public final class ThreadState {

  /** Events beside deltas that may wait while there is something critical to read. */
  private static final Set<EventType> PASSING =
      EnumSet.of(EventType.STATE_UPDATED, EventType.CUSTOM);

  private final Home home;
  private final ThreadKey key;
  private final Consumer<ThreadState> onReleased;
  private final Set<ThreadCursor> cursors = new LinkedHashSet<>();
  private final RunQueue queue;
  private final RecentEvents recent;
  private Epoch epoch;
  private long oldest;
  private long head;
  private @Nullable AgentName lastAgent;
  private @Nullable RunId openRun;
  private long newestCritical;
  private long lastOfOther;
  private @Nullable EventType growing;
  private int leases;
  private Runnable onForgotten = () -> {};

  /** How many cursors need the events of {@link #recent}. */
  private int needRecent;

  /**
   * A thread with this head.
   *
   * @param onReleased called each time when no lease is left
   */
  public ThreadState(
      Home home,
      ThreadKey key,
      ThreadHead head,
      RecentEventsCache cache,
      Consumer<ThreadState> onReleased) {
    this.home = home;
    this.key = key;
    this.onReleased = onReleased;
    this.epoch = head.epoch();
    this.oldest = head.oldest();
    this.head = head.head();
    this.lastAgent = head.lastAgent();
    // One that is yet to be resumed, or that has lost its log.
    this.openRun = head.openRun();
    this.queue = new RunQueue(head.queue());
    this.recent = new RecentEvents(key.thread(), cache);
    // What came before is not known: there may be something critical in it.
    this.newestCritical = head.head();
    this.lastOfOther = head.head();
  }

  public ThreadKey key() {
    return key;
  }

  public ThreadId id() {
    return key.thread();
  }

  public Epoch epoch() {
    return epoch;
  }

  public long oldest() {
    return oldest;
  }

  public long head() {
    return head;
  }

  /** The agent of the newest run. */
  public @Nullable AgentName lastAgent() {
    return lastAgent;
  }

  public @Nullable RunId openRun() {
    return openRun;
  }

  /** The messages whose runs are yet to start. */
  public RunQueue queue() {
    return queue;
  }

  /** Whether a new run has to wait. */
  public boolean isBusy() {
    return openRun != null || !queue.isEmpty();
  }

  public void opened(RunId run, AgentName agent) {
    home.check();
    openRun = run;
    lastAgent = agent;
  }

  public void ended(RunId run) {
    home.check();
    if (run.equals(openRun)) {
      openRun = null;
    }
  }

  /** Keeps the thread in memory until the lease is closed. */
  public ThreadLease lease() {
    home.check();
    leases++;
    return new ThreadLease(this);
  }

  void released() {
    home.check();
    leases--;
    if (!isLeased()) {
      onReleased.accept(this);
    }
  }

  boolean isLeased() {
    return leases > 0;
  }

  /** The user was erased, queued messages included. */
  void erased() {
    ThreadLease lease = lease();
    queue.reset(List.of());
    lease.close();
  }

  /**
   * Whether nobody needs it. Queued messages keep it: their runs are yet to start. A run that is
   * open here has a lease.
   */
  public boolean isUnused() {
    return !isLeased() && queue.isEmpty();
  }

  /** Runs the action, in place of one that was set before, when what is kept of the thread ends. */
  public void onForgotten(Runnable action) {
    onForgotten = action;
  }

  /** The state leaves the memory, or the thread was deleted. */
  void forget() {
    onForgotten.run();
    onForgotten = () -> {};
  }

  /** Begins to tell the watcher, which has everything up to this seq. */
  public ThreadCursor watch(Watcher watcher, long seq) {
    ThreadCursor cursor = new ThreadCursor(lease(), watcher, seq);
    cursors.add(cursor);
    countNeed(cursor);
    return cursor;
  }

  void remove(ThreadCursor cursor) {
    cursors.remove(cursor);
    countNeed(cursor, false);
    forgetUnneeded();
  }

  /** The cursor has moved. A reader that is further behind than the recent events reads pages. */
  void advanced(ThreadCursor cursor) {
    home.check();
    countNeed(cursor);
    forgetUnneeded();
  }

  private void countNeed(ThreadCursor cursor) {
    countNeed(cursor, cursor.isBehind() && recent.reachesBackTo(cursor.seq()));
  }

  private void countNeed(ThreadCursor cursor, boolean needs) {
    if (cursor.needsRecent(needs)) {
      needRecent += needs ? 1 : -1;
    }
  }

  private void forgetUnneeded() {
    if (needRecent == 0) {
      recent.clear();
    }
  }

  /** Retention has dropped what is older. */
  public void keptFrom(long seq) {
    home.check();
    oldest = Math.max(oldest, Math.min(seq, head + 1));
  }

  /**
   * The thread was deleted: its name has begun a new life, of which nothing is known yet. Every
   * reader is told to forget what it has, and reads the new life from its beginning.
   */
  public void deleted(Epoch next) {
    home.check();
    if (epoch.equals(next)) {
      return;
    }
    forget();
    epoch = next;
    oldest = 1;
    head = 0;
    newestCritical = 0;
    lastOfOther = 0;
    growing = null;
    lastAgent = null;
    queue.reset(List.of());
    recent.clear();
    // A reader closes its cursor before it opens the next: the thread must outlast that.
    ThreadLease lease = lease();
    for (ThreadCursor cursor : List.copyOf(cursors)) {
      cursor.watcher().restart();
    }
    lease.close();
  }

  /** The log has grown by this batch; {@link #wakeReaders} follows. */
  public void grown(long first, Epoch itsEpoch, List<NewEvent> events) {
    deleted(itsEpoch);
    long before = head;
    recent.add(first, events, needRecent > 0, home.nanoTime());
    head = first + events.size() - 1;
    noteKinds(first, events);
    for (ThreadCursor cursor : cursors) {
      countNeed(cursor);
      cursor.watcher().grown(cursor.seq() < before);
    }
  }

  private void noteKinds(long first, List<NewEvent> events) {
    long seq = first;
    for (NewEvent event : events) {
      boolean delta = event.isTextDelta();
      if (!delta && !PASSING.contains(event.type())) {
        newestCritical = seq;
      }
      EventType kind = delta ? event.type() : null;
      if (kind == null || kind != growing) {
        lastOfOther = delta ? seq - 1 : seq;
        growing = kind;
      }
      seq++;
    }
  }

  /** After this seq there are only deltas of one kind of text. */
  long lastOfOther() {
    return lastOfOther;
  }

  /** The seq of the newest event that must not wait for texts, states and custom events. */
  long newestCritical() {
    return newestCritical;
  }

  RecentEvents recent() {
    return recent;
  }

  /** The person has seen the thread up to this seq: tells the readers. */
  public void acknowledged(long seq) {
    home.check();
    for (ThreadCursor cursor : List.copyOf(cursors)) {
      cursor.watcher().acknowledged(seq);
    }
  }

  /** Tells the readers that there is something to read. Keeps what some of them did not take. */
  public void wakeReaders() {
    home.check();
    for (ThreadCursor cursor : List.copyOf(cursors)) {
      cursor.watcher().wake();
    }
    if (needRecent == 0) {
      recent.clear();
    } else {
      recent.keep();
    }
  }
}
