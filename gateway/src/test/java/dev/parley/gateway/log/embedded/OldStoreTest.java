package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.thread;
import static dev.parley.gateway.log.Commits.title;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.log.UsageRecount;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A store that version 0.1.0 wrote, which kept the heads of deleted threads. It has threads that
 * were deleted (twice, or once and written again), expired threads, and an erased user.
 */
@Test(groups = "unit")
public class OldStoreTest extends EventLogContract {

  private static final Epoch EPOCH = new Epoch("JJCwr_VKr364nVKCrZT7");
  private static final Instant WRITTEN = Instant.parse("2026-12-01T10:00:00Z");
  private static final String[] ORDER = {"t1", "t2", "reborn", "settling"};
  private static final UserId EVE = new UserId("default", "eve");

  public OldStoreTest() {
    super(StoreKind.EMBEDDED);
  }

  @BeforeMethod(alwaysRun = true, dependsOnMethods = "openLog")
  public void openOldStore() throws IOException {
    log.close();
    EventLogContract.deleteAll(folder);
    unpack();
    clock.advance(Duration.between(clock.instant(), WRITTEN));
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
  }

  private void unpack() throws IOException {
    InputStream stored = OldStoreTest.class.getResourceAsStream("store-of-0.1.0.zip");
    try (ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(stored))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (!entry.isDirectory()) {
          Files.copy(zip, file);
        }
      }
    }
  }

  public void everythingIsReadable() {
    assertThat(bodies(read(T1, 0, WHOLE))).hasSize(34).startsWith("chat").endsWith("settling 29");
    assertThat(bodies(read(thread(ADA, "reborn"), 0, WHOLE))).containsExactly("again");
    assertThat(await(log.openRuns())).extracting(RunRecord::run).containsExactly(R2);
    assertThat(await(log.run(ADA, R1))).isPresent();
    assertThat(commit(chat(T1, stamp("c1", 1)))).isInstanceOf(CommitResult.Duplicate.class);
    assertThat(await(log.head(T1)).epoch()).isEqualTo(EPOCH);
    assertThat(commit(append(T1, "on")))
        .isEqualTo(new CommitResult.Committed(35, 35, EPOCH, false));
  }

  public void headsOfThreadsWithoutEventsAreRemoved() {
    settle();
    assertThat(await(log.threads(ADA, null, 9)))
        .extracting(entry -> entry.thread().value())
        .containsExactly(ORDER);
    assertThat(heads()).containsExactlyInAnyOrder("reborn", "settling", "t1", "t2");
  }

  /** The last activity of a thread of version 0.1.0 is its last event. */
  public void threadsAreListedByTheirLastEvent() {
    clock.advance(Duration.ofMillis(1));
    settle();
    List<ThreadEntry> listed = await(log.threads(ADA, null, 9));
    assertThat(listed)
        .extracting(entry -> entry.thread().value())
        .containsExactly("settling", "t1", "t2", "reborn");
    assertThat(listed)
        .allMatch(entry -> entry.head().activityMillis() == entry.head().lastMillis())
        .allMatch(entry -> entry.head().title() == null);
    commit(title(T1, null, "Old sums"));
    assertThat(await(log.threads(ADA, null, 1)).get(0).head().title())
        .isEqualTo(new Title("Old sums"));
    log.close();
    assertThat(ListedThreads.check(folder)).isEqualTo(ORDER.length);
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
  }

  public void theUsageIsCounted() {
    assertThat(await(log.usage(ADA)).threads()).isEqualTo(3);
    UsageRecount.check(log, ADA);
    settle();
    UsageRecount.check(log, ADA);
    assertThat(await(log.usage(EVE))).isEqualTo(Usage.NONE);
    reopen(QueueBound.DEFAULT_BYTES);
    UsageRecount.check(log, ADA);
  }

  public void noEpochIsUsedAgain() {
    settle();
    for (String name : new String[] {"deleted", "expired"}) {
      Epoch next = await(log.head(thread(ADA, name))).epoch();
      assertThat(commit(append(thread(ADA, name), "a")))
          .isEqualTo(new CommitResult.Committed(1, 1, next, false));
      assertThat(next.value()).isEqualTo(EPOCH + "-2");
    }
    assertThat(await(log.delete(thread(ADA, "reborn"))))
        .isEqualTo(new Deletion.Deleted(new Epoch(EPOCH + "-2")));
    assertThat(await(log.head(thread(EVE, "t1"))).epoch().value()).isEqualTo(EPOCH + "-1");
  }

  private List<String> heads() {
    log.close();
    List<String> names = new ArrayList<>();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      files.scan(
          ColumnFamily.HEADS, (key, value) -> names.add(Keys.parseThread(key).thread().value()));
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    return names;
  }
}
