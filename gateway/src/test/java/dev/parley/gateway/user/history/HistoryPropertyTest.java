package dev.parley.gateway.user.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.testing.Repeats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What agents are told does not depend on how the log keeps it: as it was written, with its deltas
 * compacted, or without what is too old.
 */
@Test(groups = "unit")
public class HistoryPropertyTest {

  private static final int SEEDS = Repeats.of(8, 24);
  private static final Retention SMALL = new Retention(Duration.ofDays(7), 40, 1 << 20);

  private Path folder;

  @DataProvider
  public static Object[][] seeds() {
    return IntStream.range(0, SEEDS).mapToObj(seed -> new Object[] {seed}).toArray(Object[][]::new);
  }

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() throws IOException {
    folder = Files.createTempDirectory("parley-history");
  }

  @AfterMethod(alwaysRun = true)
  public void deleteFolder() throws IOException {
    EventLogContract.deleteAll(folder);
  }

  private EventLog compacting(Retention retention) {
    EmbeddedLog.LogOptions options =
        new EmbeddedLog.LogOptions(
            new DeltaCodec(),
            retention,
            StoreConfig.DEFAULT_MEMORY,
            new QueueBound(QueueBound.DEFAULT_BYTES),
            0,
            StoreWatch.NONE);
    return EmbeddedLog.open(
        folder, new ManualClock().steady(retention.grace()), IdSource.random(), options);
  }

  private static List<RandomThread.Told> live(EventLog log, int seed) {
    RandomThread thread = new RandomThread(log, seed);
    try {
      return thread.live();
    } finally {
      thread.close();
    }
  }

  @Test(dataProvider = "seeds")
  public void compactionChangesNothing(int seed) {
    List<RandomThread.Told> told = live(new MemoryLog(Clock.systemUTC(), IdSource.random()), seed);
    assertThat(live(compacting(Retention.DEFAULT), seed)).isEqualTo(told).hasSizeGreaterThan(3);
    try (EventLog log = compacting(Retention.DEFAULT)) {
      told.forEach(
          each -> RandomThread.requireSame(RandomThread.readAgain(log, each), each.history()));
    }
  }

  @Test(dataProvider = "seeds")
  public void retentionOnlyTakesOldTurns(int seed) {
    List<RandomThread.Told> told = live(compacting(Retention.DEFAULT), seed);
    try (EventLog log = compacting(SMALL)) {
      for (int i = 0; i < 10; i++) {
        EventLogContract.await(log.commit(Commits.append(RandomThread.KEY, "\"run_id\":")));
      }
      assertThat(EventLogContract.await(log.head(RandomThread.KEY)).oldest()).isGreaterThan(1);
      told.forEach(each -> requireEnd(RandomThread.readAgain(log, each), each.history()));
    }
  }

  /** The part is the end of the whole, begins with a message, and says what is missing. */
  private static void requireEnd(History part, History whole) {
    int missing = whole.items().size() - part.items().size();
    assertThat(missing).isNotNegative();
    assertThat(part.items()).isEqualTo(whole.items().subList(missing, whole.items().size()));
    assertThat(part.truncated() || missing == 0).isTrue();
    if (!part.items().isEmpty()) {
      assertThat(part.items().get(0)).isInstanceOf(History.PastMessage.class);
    }
  }
}
