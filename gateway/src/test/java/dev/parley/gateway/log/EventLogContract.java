package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;

/** The contract of every store. Each part is a subclass, run once per store. */
public abstract class EventLogContract {

  protected static final int WHOLE = 1 << 20;

  protected final StoreKind store;
  protected final ManualClock clock = new ManualClock();
  protected Path folder;
  protected EventLog log;

  protected EventLogContract(StoreKind store) {
    this.store = store;
  }

  @DataProvider
  public static Object[][] stores() {
    return Stream.of(StoreKind.values()).map(kind -> new Object[] {kind}).toArray(Object[][]::new);
  }

  @BeforeMethod(alwaysRun = true)
  public void openLog() throws IOException {
    folder = Files.createTempDirectory("parley-log");
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
  }

  @AfterMethod(alwaysRun = true)
  public void closeLog() throws IOException {
    clock.releaseAll();
    log.close();
    deleteAll(folder);
  }

  /** Closes the log and opens another one of the same kind. */
  protected final void reopen(long queueBytes) {
    log.close();
    log = store.open(folder, clock, queueBytes);
  }

  /** Opens it with this retention. */
  protected final void reopen(Retention retention) {
    log.close();
    log = store.open(folder, clock, retention, QueueBound.DEFAULT_BYTES);
  }

  /** Commits between which the committer does its maintenance. */
  protected final void settle() {
    for (int i = 0; i < 20; i++) {
      commit(Commits.append(Commits.thread(Commits.ADA, "settling"), "a"));
    }
  }

  /** Holds the committer in a decision: later commits are queued, and may share one write. */
  protected final ManualClock.Hold holdCommitter() {
    ManualClock.Hold hold = clock.hold();
    log.commit(Commits.append(Commits.thread(Commits.ADA, "holding"), "a"));
    hold.awaitReached();
    return hold;
  }

  protected final CommitResult commit(Commit commit) {
    return await(log.commit(commit));
  }

  protected final EventPage read(ThreadKey thread, long after, int maxBytes) {
    return await(log.read(thread, after, maxBytes));
  }

  protected final Epoch epoch() {
    return await(log.head(Commits.thread(Commits.ADA, "never-written"))).epoch();
  }

  protected final CommitResult committed(long first, long last) {
    return new CommitResult.Committed(first, last, epoch(), false);
  }

  /** Returns the stage's result, or throws its failure. */
  public static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LogException failed) {
        throw failed;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("stage: not complete after 30 s", e);
    }
  }

  public static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(EventLogContract::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The store's name, for reports. */
  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + store + "]";
  }
}
