package dev.parley.gateway.user;

import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one user that are in use: known, or being loaded. Used at the user's home only.
 */
final class Threads {

  private final UserId user;
  private final Home home;
  private final EventLog log;
  private final Recents recents;
  private final Runnable onUnused;
  private final Map<ThreadId, ThreadState> known = new HashMap<>();
  private final Map<ThreadId, Loading> loading = new HashMap<>();

  /** Those who wait for a thread's head; stale when the thread was deleted meanwhile. */
  private static final class Loading {
    final List<Consumer<ThreadState>> actions = new ArrayList<>();
    final List<Runnable> otherwise = new ArrayList<>();
    boolean isStale;
  }

  /** Runs the task whenever a thread is of no use any more. */
  Threads(UserId user, Home home, EventLog log, Recents recents, Runnable onUnused) {
    this.user = user;
    this.home = home;
    this.log = log;
    this.recents = recents;
    this.onUnused = onUnused;
  }

  boolean isEmpty() {
    return known.isEmpty() && loading.isEmpty();
  }

  /**
   * Runs the action with the state of the thread: at once when it is known, else when it has been
   * loaded, in the order of the calls; {@code otherwise} when the log does not say.
   */
  void with(ThreadId id, Consumer<ThreadState> action, Runnable otherwise) {
    home.check();
    ThreadState thread = known.get(id);
    if (thread != null) {
      act(thread, action);
      return;
    }
    Loading underWay = loading.get(id);
    if (underWay == null) {
      underWay = new Loading();
      loading.put(id, underWay);
      load(new ThreadKey(user, id));
    }
    underWay.actions.add(action);
    underWay.otherwise.add(otherwise);
  }

  private void load(ThreadKey key) {
    log.head(key).whenComplete((head, failure) -> home.execute(() -> loaded(key, head)));
  }

  private void loaded(ThreadKey key, @Nullable ThreadHead head) {
    home.check();
    Loading underWay = loading.get(key.thread());
    if (underWay == null) {
      return;
    }
    if (underWay.isStale) {
      underWay.isStale = false;
      load(key);
      return;
    }
    loading.remove(key.thread());
    if (head == null) {
      underWay.otherwise.forEach(Runnable::run);
      onUnused.run();
      return;
    }
    ThreadState thread = new ThreadState(key, head, recents);
    known.put(key.thread(), thread);
    act(thread, loaded -> underWay.actions.forEach(action -> action.accept(loaded)));
  }

  // Held meanwhile: an action may take the last reader away before it adds another.
  private void act(ThreadState thread, Consumer<ThreadState> action) {
    thread.hold();
    action.accept(thread);
    thread.release();
    dropIfUnused(thread);
  }

  void dropIfUnused(ThreadState thread) {
    home.check();
    if (thread.isUnused()) {
      known.remove(thread.id(), thread);
      onUnused.run();
    }
  }

  /**
   * The log has deleted the thread, and its name has this epoch now: everybody who reads it is told
   * of the gap and reads on. A commit of the new life may have told before.
   */
  void deleted(ThreadId id, Epoch next) {
    home.check();
    Loading underWay = loading.get(id);
    if (underWay != null) {
      underWay.isStale = true;
    }
    ThreadState thread = known.get(id);
    if (thread != null) {
      thread.deleted(next);
    }
  }
}
