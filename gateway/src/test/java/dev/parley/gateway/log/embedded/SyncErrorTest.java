package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.CommitResult;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** A disk that accepts writes and fails to sync them. */
@Test(groups = "unit")
public class SyncErrorTest {

  private static final String LARGE = "x".repeat(200 * 1024);

  private RecordingWatch watch;
  private LeakyDisk disk;
  private EmbeddedLog log;

  /** Mounting needs root rights. Without them there is no instance, and so no test. */
  @Factory
  public static Object[] whereDisksCanBeMounted() throws IOException {
    return LeakyDisk.canBeMounted() ? new Object[] {new SyncErrorTest()} : new Object[0];
  }

  @BeforeMethod(alwaysRun = true)
  public void mount() throws Exception {
    watch = new RecordingWatch();
    disk = LeakyDisk.mount();
    log = open();
  }

  @AfterMethod(alwaysRun = true)
  public void unmount() throws Exception {
    log.close();
    disk.close();
  }

  public void aCommitCompletesOnlyWhenItIsSynced() throws Exception {
    await(log.commit(append(T1, "before")));
    disk.fail();
    CompletionStage<CommitResult> failed = log.commit(append(T2, LARGE, LARGE, LARGE));
    watch.awaitLost();
    assertThat(failed.toCompletableFuture()).isNotDone();
    disk.repair();
    assertThat(await(failed)).isInstanceOf(CommitResult.Committed.class);
    assertThat(watch.told).contains("lost", "reopened");
    assertThat(bodies(await(log.read(T2, 0, 1 << 20)))).containsExactly(LARGE, LARGE, LARGE);
  }

  public void aCommitCompletedAfterTheFailureSurvivesAPowerLoss() throws Exception {
    await(log.commit(append(T1, "before")));
    disk.fail();
    CompletionStage<CommitResult> failed = log.commit(append(T2, LARGE, LARGE, LARGE));
    watch.awaitLost();
    disk.repair();
    await(failed);
    log.close();
    disk.remount();
    log = open();
    assertThat(bodies(await(log.read(T1, 0, 1 << 20)))).containsExactly("before");
    assertThat(bodies(await(log.read(T2, 0, 1 << 20)))).containsExactly(LARGE, LARGE, LARGE);
  }

  private EmbeddedLog open() {
    return watch.open(disk.path(), 0);
  }
}
