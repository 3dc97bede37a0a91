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
 * that completed it prints {@code thread command first last .}.
 */
public final class KillTarget {

  static final int THREADS = 8;

  private final EventLog log;
  private final ThreadKey thread;
  private final String prefix;
  private int made;
  private @Nullable RunId open;

  private KillTarget(EventLog log, String round, int number) {
    this.log = log;
    this.thread = thread(number);
    this.prefix = round + "-" + number + "-";
    this.open = EventLogContract.await(log.head(thread)).openRun();
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

  /** Every third commit opens a run, and the next one ends it. */
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
    return made % 3 == 0
        ? new RunChange.Opened(new RunId("r_" + command), Commits.AGENT, Commits.MESSAGE)
        : new RunChange.Unchanged();
  }
}
