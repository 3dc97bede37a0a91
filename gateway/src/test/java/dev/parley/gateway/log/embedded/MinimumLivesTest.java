package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Numbers of deleted threads are removed after a day, and still no life is used again. */
@Test(groups = "unit")
public class MinimumLivesTest {

  private static final UserId EVE = new UserId("default", "eve");
  private static final long NOW = Duration.ofDays(20_000).toMillis();

  private Path folder;
  private RocksStore store;
  private MinimumLives lives;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    folder = Files.createTempDirectory("parley-lives");
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    Generation generation = new Generation(new Epoch("e1"));
    lives = new MinimumLives(store, new StoreReader(store, generation, new TextDeltas()));
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void aNumberOnlyGrows() throws RocksDBException {
    assertThat(raise(ADA, 3, NOW)).isEqualTo(3);
    assertThat(raise(ADA, 2, NOW)).isEqualTo(3);
    assertThat(lives.first(ADA)).isEqualTo(3);
    assertThat(lives.first(EVE)).isZero();
  }

  public void aNumberThatDidNotChangeForADayIsRemovedAndTheFloorTakesItsPlace()
      throws RocksDBException {
    raise(ADA, 3, NOW);
    raise(EVE, 7, NOW + Duration.ofHours(20).toMillis());
    sweep(NOW + Duration.ofHours(26).toMillis());
    assertThat(count()).isEqualTo(1);
    assertThat(lives.first(ADA)).isEqualTo(3);
    assertThat(lives.first(EVE)).isEqualTo(7);
    sweep(NOW + Duration.ofHours(50).toMillis());
    assertThat(count()).isZero();
    assertThat(lives.first(ADA)).isEqualTo(7);
    assertThat(lives.first(EVE)).isEqualTo(7);
  }

  public void aRecordOfAnEarlierVersionCountsAsOld() throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(
          store.handle(ColumnFamily.LIVES),
          Keys.digest(ADA),
          ValueWriter.ofVersion(1).putCount(5).toBytes());
      store.write(batch);
    }
    assertThat(lives.first(ADA)).isEqualTo(5);
    sweep(NOW);
    assertThat(count()).isZero();
    assertThat(lives.first(ADA)).isEqualTo(5);
  }

  public void manyNumbersAreRemovedInSteps() throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (int i = 0; i < 600; i++) {
        lives.raise(new UserId("default", "u" + i), 1 + i, NOW, batch);
      }
      store.write(batch);
    }
    lives.batchEnded();
    long later = NOW + Duration.ofDays(2).toMillis();
    lives.sweep(later);
    assertThat(count()).isBetween(300, 599);
    sweep(later);
    assertThat(count()).isZero();
    assertThat(lives.first(ADA)).isEqualTo(600);
  }

  private long raise(UserId user, long life, long nowMillis) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      long raised = lives.raise(user, life, nowMillis, batch);
      store.write(batch);
      return raised;
    } finally {
      lives.batchEnded();
    }
  }

  private void sweep(long nowMillis) throws RocksDBException {
    for (int i = 0; i < 10 && lives.isDue(nowMillis); i++) {
      lives.sweep(nowMillis);
    }
    assertThat(lives.isDue(nowMillis)).isFalse();
  }

  private int count() {
    int[] count = {0};
    store.scan(ColumnFamily.LIVES, (key, value) -> ++count[0] > 0);
    return count[0];
  }
}
