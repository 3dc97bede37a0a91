package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.Kept;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What becomes of chores that fail. */
@Test(groups = "unit")
public class ChoresTest {

  private static final long NOW = Duration.ofDays(20_000).toMillis();

  private Path folder;
  private RocksStore store;
  private Pending pending;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    folder = Files.createTempDirectory("parley-chores");
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    Generation generation = new Generation(new Epoch("e1"));
    StoreReader reader = new StoreReader(store, generation, new TextDeltas());
    pending = new Pending(store, reader, Retention.DEFAULT);
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    pending.close();
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void aDamagedRecordKeepsTheCommitterBusyOnceAMinute() throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(Family.HEADS), Keys.thread(T1), new byte[] {9});
      store.write(batch);
    }
    Chores chores = pending.chores();
    assertThat(chores.isDone(NOW)).isFalse();
    chores.step(NOW);
    assertThat(chores.isDone(NOW + 59_999)).isTrue();
    assertThat(chores.isDone(NOW + 60_000)).isFalse();
    assertThat(chores.isDone(NOW - 60_000)).isFalse();
  }

  public void aLifeThatWasNotWrittenIsNotBegun() throws RocksDBException {
    Epoch first = pending.head(T2).epoch();
    ThreadHead expired = new ThreadHead(first, 2, 1, null, null, 0, List.of(), Kept.NOTHING);
    try (WriteBatch batch = new WriteBatch()) {
      assertThat(pending.forget(T1, expired, NOW, batch).epoch()).isNotEqualTo(first);
    }
    pending.unwritten();
    assertThat(pending.head(T2).epoch()).isEqualTo(first);
  }
}
