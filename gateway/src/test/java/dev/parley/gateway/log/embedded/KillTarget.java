package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process that commits on eight threads until it is killed: {@code folder round}. For each commit
 * of a command that completed it prints {@code thread command first last .}, for each checkpoint
 * {@code thread run step =}.
 */
public final class KillTarget {

  static final int THREADS = 8;

  private final EventLog log;
  private final ThreadKey thread;
  private final String prefix;
  private int made;
  private @Nullable RunId open;

  /** The step of the next checkpoint of the open run; negative if it has none. */
  private long step;

  /** The newest event of the thread. */
  private String last = "";

  private KillTarget(EventLog log, String round, int number) {
    this.log = log;
    this.thread = thread(number);
    this.prefix = round + "-" + number + "-";
    this.open = EventLogContract.await(log.head(thread)).openRun();
    SavedRunsOnDisk.Place place = SavedRunsOnDisk.place(log, thread).orElse(null);
    this.step = place == null ? -1 : place.step() + 1;
    this.last = place == null ? "" : place.last();
  }

  public static void main(String[] args) {
    EventLog log =
        EmbeddedLog.open(
            Path.of(args[0]),
            Clock.systemUTC(),
            IdSource.random(),
            EmbeddedLog.LogOptions.of(new TextDeltas()));
    for (int i = 0; i < THREADS; i++) {
      new KillTarget(log, args[1], i).commitOn();
    }
    EventLogContract.await(new CompletableFuture<>());
  }

  static ThreadKey thread(int number) {
    return Commits.thread(Commits.ADA, "t" + number);
  }

  /** The number of events of the command with this name. */
  static int events(String command) {
    int number = Integer.parseInt(command.substring(command.lastIndexOf('-') + 1));
    return 1 + number % 3;
  }

  private void commitOn() {
    RunId run = open;
    if (run != null && step >= 0 && made % 5 > 0) {
      checkpoint(run);
      return;
    }
    String command = prefix + made++;
    log.commit(commit(command))
        .thenAccept(
            result -> {
              CommitResult.Committed done = (CommitResult.Committed) result;
              System.out.printf(
                  "%s %s %d %d .%n", thread.thread(), command, done.first(), done.last());
              commitOn();
            });
  }

  /** Goes on with a resumable run, which says nothing new at every fourth checkpoint. */
  private void checkpoint(RunId run) {
    made++;
    long now = step++;
    String[] bodies =
        now % 4 == 3 ? new String[0] : new String[] {SavedRunsOnDisk.SAID + run + " " + now};
    last = bodies.length == 0 ? last : bodies[0];
    log.commit(
            SavedRunsOnDisk.checkpoint(thread, run, new SavedRunsOnDisk.Place(now, last), bodies))
        .thenAccept(
            result -> {
              CommitResult.Committed done = (CommitResult.Committed) result;
              assert done.first() > 0;
              System.out.printf("%s %s %d =%n", thread.thread(), run, now);
              commitOn();
            });
  }

  /** Every third commit opens a run, every second of which is resumable; another ends it. */
  private Commit commit(String command) {
    String[] bodies = new String[events(command)];
    Arrays.fill(bodies, command);
    Expectation expected = open == null ? new Expectation.Idle() : new Expectation.RunOpen(open);
    RunChange change = change(command);
    open = change instanceof RunChange.Opened opened ? opened.run() : null;
    return Commits.commit(thread, Commits.stamp(command, made), expected, change, bodies);
  }

  private RunChange change(String command) {
    if (open != null) {
      return new RunChange.Ended(open, RunState.COMPLETED);
    }
    if (made % 3 > 0) {
      return new RunChange.Unchanged();
    }
    RunId run = new RunId("r_" + command);
    step = made % 2 == 0 ? -1 : 0;
    return step < 0
        ? new RunChange.Opened(run, Commits.AGENT, Commits.MESSAGE)
        : SavedRunsOnDisk.open(run);
  }
}
