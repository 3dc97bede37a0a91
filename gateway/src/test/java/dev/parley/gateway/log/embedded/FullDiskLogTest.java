package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.commit;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.thread;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** A small disk that is really full. */
@Test(groups = "unit")
public class FullDiskLogTest {

  private static final long MIB = 1L << 20;
  private static final int LARGE_EVENTS = 28;
  private static final String LARGE = "x".repeat(256 * 1024);

  private final Random random = new Random(1);
  private RecordingWatch watch;
  private SmallDisk disk;
  private EmbeddedLog log;

  /** Mounting needs root rights. Without them there is no instance, and so no test. */
  @Factory
  public static Object[] whereDisksCanBeMounted() {
    return SmallDisk.canBeMounted() ? new Object[] {new FullDiskLogTest()} : new Object[0];
  }

  @BeforeMethod(alwaysRun = true)
  public void mount() throws Exception {
    watch = new RecordingWatch();
    disk = SmallDisk.mount(32);
    log = open(8 * MIB);
  }

  @AfterMethod(alwaysRun = true)
  public void unmount() throws Exception {
    log.close();
    disk.close();
  }

  public void aLowDiskAcceptsOnlyEndsOfRunsUntilThereIsSpaceAgain() throws Exception {
    await(log.commit(start(T1, null, R1)));
    disk.fillUpTo(4 * MIB);
    assertThat(await(log.commit(append(T2, "a")))).isEqualTo(new CommitResult.Overloaded());
    assertThat(await(log.commit(end(T1, R1)))).isInstanceOf(CommitResult.Committed.class);
    disk.free();
    assertThat(await(log.commit(append(T2, "a")))).isInstanceOf(CommitResult.Committed.class);
    assertThat(watch.told).startsWith("low").endsWith("plenty");
  }

  public void aLowDiskAcceptsRevocations() throws Exception {
    disk.fillUpTo(4 * MIB);
    assertThat(await(log.commit(append(T2, "a")))).isEqualTo(new CommitResult.Overloaded());
    Instant now = Instant.parse("2026-11-29T12:00:00Z");
    RevocationKey key = RevocationKey.ofUser("default", "ada");
    Revocation revocation = new Revocation(key, now, Optional.of(now), now.plusSeconds(60));
    await(log.revocations().put(revocation, null));
    log.close();
    log = open(8 * MIB);
    assertThat(await(log.revocations().all()).readable()).containsExactly(revocation);
  }

  public void aCommitThatDoesNotFitIsWrittenWhenThereIsSpaceAgain() throws Exception {
    IntStream.range(0, 20).forEach(i -> await(log.commit(append(T2, "kept " + i))));
    await(log.commit(start(T1, null, R1)));
    disk.fillUpTo(0);
    CompletionStage<CommitResult> end = log.commit(largeEnd());
    watch.awaitLost();
    assertThat(end.toCompletableFuture()).isNotDone();
    CompletionStage<CommitResult> after = log.commit(append(T2, "after"));
    disk.free();
    assertThat(await(end)).isInstanceOf(CommitResult.Committed.class);
    assertThat(await(after)).isInstanceOf(CommitResult.Committed.class);
    assertThat(watch.told).contains("low", "lost", "reopened");
    assertWhole();
    log.close();
    log = open(0);
    assertWhole();
  }

  public void closingALogWithAFullDiskFailsItsCommits() throws Exception {
    await(log.commit(start(T1, null, R1)));
    disk.fillUpTo(0);
    CompletionStage<CommitResult> end = log.commit(largeEnd());
    watch.awaitLost();
    log.close();
    assertThatThrownBy(() -> await(end))
        .isInstanceOf(LogException.class)
        .hasMessageStartingWith("log: closed by a failed write (expected: open): ");
    disk.free();
    log = open(0);
    assertThat(await(log.openRuns())).hasSize(1);
  }

  public void aLowDiskRefusesACheckpointTogetherWithItsEvents() throws Exception {
    openResumable();
    disk.fillUpTo(4 * MIB);
    assertThat(await(log.commit(checkpoint(1)))).isEqualTo(new CommitResult.Overloaded());
    SavedRunsOnDisk.check(log, T1, 0);
    assertThat(SavedRunsOnDisk.place(log, T1)).contains(place(0));
    assertThat(await(log.commit(end(T1, R1)))).isInstanceOf(CommitResult.Committed.class);
    assertThat(await(log.saved(ADA, R1))).isEmpty();
    log.close();
    disk.free();
    SavedRunsOnDisk.checkNothingElse(disk.path());
  }

  public void anEndThatDoesNotFitLeavesTheCheckpoint() throws Exception {
    openResumable();
    disk.fillUpTo(0);
    CompletionStage<CommitResult> end = log.commit(largeEnd());
    watch.awaitLost();
    log.close();
    assertThatThrownBy(() -> await(end)).isInstanceOf(LogException.class);
    disk.free();
    log = open(0);
    SavedRunsOnDisk.check(log, T1, 0);
    assertThat(SavedRunsOnDisk.place(log, T1)).contains(place(0));
  }

  private void openResumable() {
    RunChange opened = SavedRunsOnDisk.open(R1);
    await(log.commit(commit(T1, null, new Expectation.Idle(), opened, "begin")));
    await(log.commit(checkpoint(0)));
  }

  private static SavedRunsOnDisk.Place place(long step) {
    return new SavedRunsOnDisk.Place(step, SavedRunsOnDisk.SAID + step);
  }

  private static Commit checkpoint(long step) {
    return SavedRunsOnDisk.checkpoint(T1, R1, place(step), SavedRunsOnDisk.SAID + step);
  }

  public void usersWithTheMostStoredBytesAreRefusedFirst() {
    fillBy(ADA);
    assertThat(watch.told).containsExactly("short");
    UserId eve = new UserId("default", "eve");
    assertThat(await(log.commit(append(thread(eve, "t"), "a"))))
        .isInstanceOf(CommitResult.Committed.class);
    assertThat(await(log.commit(append(thread(ADA, "new"), "a"))))
        .isEqualTo(new CommitResult.Overloaded());
  }

  public void deletingFromTheWriteAheadLogFreesSpace() throws Exception {
    fillBy(ADA);
    deleteAllAndAwaitSpace();
  }

  public void deletingFromTablesFreesSpace() throws Exception {
    log.close();
    disk.close();
    disk = SmallDisk.mount(96);
    log = open(8 * MIB);
    IntStream.range(0, 60).forEach(i -> await(log.commit(append(thread(ADA, "n" + i), random()))));
    log.close();
    log = open(8 * MIB);
    deleteAllAndAwaitSpace();
  }

  private void deleteAllAndAwaitSpace() throws Exception {
    disk.fillUpTo(4 * MIB);
    assertThat(await(log.commit(append(T2, "a")))).isEqualTo(new CommitResult.Overloaded());
    for (ThreadEntry entry : await(log.threads(ADA, null, 1000))) {
      await(log.delete(new ThreadKey(ADA, entry.thread())));
    }
    watch.awaitPlenty();
    assertThat(await(log.commit(append(T2, "a")))).isInstanceOf(CommitResult.Committed.class);
    assertThat(watch.told).doesNotContain("lost");
    assertThat(bodies(await(log.read(T2, 0, 1 << 20)))).containsExactly("a");
  }

  /** Writes to new threads until a commit is refused. */
  private void fillBy(UserId user) {
    int made = 0;
    CommitResult result;
    do {
      result = await(log.commit(append(thread(user, "n" + made++), random())));
    } while (result instanceof CommitResult.Committed && made < 200);
    assertThat(result).isEqualTo(new CommitResult.Overloaded());
  }

  /** A text of 170 KiB that hardly compresses. */
  private String random() {
    byte[] bytes = new byte[(int) MIB / 4];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1).substring(0, (int) MIB / 6);
  }

  private void assertWhole() {
    assertThat(bodies(await(log.read(T2, 0, 1 << 20))))
        .hasSize(21)
        .startsWith("kept 0", "kept 1")
        .endsWith("kept 19", "after");
    assertThat(await(log.head(T1)).head()).isEqualTo(2 + LARGE_EVENTS);
    assertThat(await(log.openRuns())).isEmpty();
  }

  /** Larger than the space that RocksDB frees when it is closed and reopened. */
  private static Commit largeEnd() {
    RunChange ended = new RunChange.Ended(R1, RunState.COMPLETED);
    String[] bodies = IntStream.range(0, LARGE_EVENTS).mapToObj(i -> LARGE).toArray(String[]::new);
    return commit(T1, null, new Expectation.RunOpen(R1), ended, bodies);
  }

  private EmbeddedLog open(long minFree) {
    return watch.open(disk.path(), minFree);
  }
}
