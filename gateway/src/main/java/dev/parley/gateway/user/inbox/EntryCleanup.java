package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;

/**
 * Deletes what removed broadcasts have left in the store, a step at a time with pauses, so that
 * commits go on. What is left after a failure or a restart is deleted later. Used at one home only.
 */
final class EntryCleanup {

  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Home home;
  private final Inboxes log;
  private boolean isSweeping;

  /** Whether broadcasts were removed since the pass began. */
  private boolean again;

  EntryCleanup(Home home, Inboxes log) {
    this.home = home;
    this.log = log;
  }

  /** There may be something to delete. */
  void begin() {
    home.check();
    again = true;
    if (!isSweeping) {
      isSweeping = true;
      beginPass();
    }
  }

  private void beginPass() {
    again = false;
    next();
  }

  private void next() {
    home.whenComplete(log::sweep, this::swept, failure -> schedule(RETRY, this::next));
  }

  private void swept(boolean isMore) {
    if (isMore) {
      schedule(PAUSE, this::next);
    } else if (again) {
      schedule(PAUSE, this::beginPass);
    } else {
      isSweeping = false;
    }
  }

  private void schedule(Duration pause, Runnable step) {
    var ignored = home.schedule(pause, step);
  }
}
