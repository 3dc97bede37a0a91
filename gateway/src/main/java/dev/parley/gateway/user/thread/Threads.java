package dev.parley.gateway.user.thread;

import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The threads of one user that are in memory, or being loaded. Used at the user's home only. */
public final class Threads {

  private final Home home;
  private final HomeLog log;
  private final RecentEventsCache cache;
  private final Runnable onUnused;
  private final Map<ThreadId, ThreadState> loaded = new HashMap<>();
  private final Map<ThreadId, Loading> loading = new HashMap<>();

  /** The calls that wait for a thread's head. It is stale when the thread was deleted meanwhile. */
  private static final class Loading {
    final List<Consumer<ThreadState>> actions = new ArrayList<>();
    final List<Consumer<Throwable>> onFailure = new ArrayList<>();
    boolean isStale;
  }

  /** Runs the task each time when nobody uses a thread any more. */
  public Threads(HomeLog log, RecentEventsCache cache, Runnable onUnused) {
    this.home = log.home();
    this.log = log;
    this.cache = cache;
    this.onUnused = onUnused;
  }

  public boolean isEmpty() {
    return loaded.isEmpty() && loading.isEmpty();
  }

  /** Whether nobody uses a thread; some may be kept for their queued messages. */
  public boolean areUnused() {
    return loading.isEmpty() && loaded.values().stream().noneMatch(ThreadState::isLeased);
  }

  /** The user was erased: queued messages keep no thread any more. */
  public void erased() {
    List.copyOf(loaded.values()).forEach(ThreadState::erased);
  }

  /**
   * Calls the action with the state of the thread: at once when it is in memory, else when it has
   * been loaded, in the order of the calls. The state stays in memory until the action returns; an
   * action that needs it longer takes a {@link ThreadState#lease}.
   */
  public void with(ThreadId id, Consumer<ThreadState> action, Consumer<Throwable> onFailure) {
    home.check();
    ThreadState thread = loaded.get(id);
    if (thread != null) {
      act(thread, action);
      return;
    }
    Loading underWay = loading.get(id);
    if (underWay == null) {
      underWay = new Loading();
      loading.put(id, underWay);
      load(id, underWay);
    }
    underWay.actions.add(action);
    underWay.onFailure.add(onFailure);
  }

  /** The person has seen the thread up to this seq: tells those who read it. */
  public void acknowledged(ThreadId id, long seq) {
    home.check();
    ThreadState thread = loaded.get(id);
    if (thread != null) {
      thread.acknowledged(seq);
    }
  }

  private void load(ThreadId id, Loading underWay) {
    log.head(id, head -> loaded(id, underWay, head), failure -> failed(id, underWay, failure));
  }

  private void loaded(ThreadId id, Loading underWay, ThreadHead head) {
    home.check();
    if (underWay.isStale) {
      underWay.isStale = false;
      load(id, underWay);
      return;
    }
    loading.remove(id);
    ThreadState thread = new ThreadState(home, log.key(id), head, cache, this::released);
    loaded.put(id, thread);
    act(thread, known -> each(underWay.actions, known));
  }

  private void failed(ThreadId id, Loading underWay, Throwable failure) {
    home.check();
    loading.remove(id);
    try {
      each(underWay.onFailure, failure);
    } finally {
      onUnused.run();
    }
  }

  /** Calls all of them, also after one that throws: each is of another command. */
  private static <T> void each(List<Consumer<T>> actions, T value) {
    for (int i = 0; i < actions.size(); i++) {
      try {
        actions.get(i).accept(value);
      } catch (RuntimeException | Error fault) {
        each(actions.subList(i + 1, actions.size()), value);
        throw fault;
      }
    }
  }

  private static void act(ThreadState thread, Consumer<ThreadState> action) {
    ThreadLease lease = thread.lease();
    try {
      action.accept(thread);
    } finally {
      lease.close();
    }
  }

  private void released(ThreadState thread) {
    home.check();
    if (thread.isUnused()) {
      loaded.remove(thread.id(), thread);
      thread.forget();
    }
    onUnused.run();
  }

  /**
   * The log has deleted the thread, and its name has this epoch now: every reader is told of the
   * gap and reads on. A commit of the new life may have told them before.
   */
  public void deleted(ThreadId id, Epoch next) {
    home.check();
    Loading underWay = loading.get(id);
    if (underWay != null) {
      underWay.isStale = true;
    }
    ThreadState thread = loaded.get(id);
    if (thread != null) {
      thread.deleted(next);
    }
  }
}
