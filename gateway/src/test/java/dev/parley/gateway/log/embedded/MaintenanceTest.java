package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
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

/** Failed maintenance. */
@Test(groups = "unit")
public class MaintenanceTest {

  private static final long NOW = Duration.ofDays(20_000).toMillis();

  private Path folder;
  private RocksStore store;
  private BatchState state;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    folder = Files.createTempDirectory("parley-maintenance");
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    Generation generation = new Generation(new Epoch("e1"));
    StoreReader reader = new StoreReader(store, generation, new TextDeltas());
    state =
        new BatchState(
            store,
            BatchState.DiskReaders.of(store, reader, new DamagedRecords(StoreWatch.NONE)),
            Retention.DEFAULT);
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    state.close();
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void aDamagedRecordIsTriedAgainOnceAMinute() throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.HEADS), Keys.thread(T1), new byte[] {9});
      store.write(batch);
    }
    Maintenance maintenance = state.maintenance();
    assertThat(maintenance.isDone(NOW)).isFalse();
    maintenance.step(NOW);
    assertThat(maintenance.isDone(NOW + 59_999)).isTrue();
    assertThat(maintenance.isDone(NOW + 60_000)).isFalse();
    assertThat(maintenance.isDone(NOW - 60_000)).isFalse();
  }

  public void aLifeThatWasNotWrittenIsNotUsed() throws RocksDBException {
    Epoch first = state.head(T2).epoch();
    ThreadHead expired =
        new ThreadHead(first, 2, 1, null, null, 0, 0, List.of(), RetainedSize.NONE, null);
    try (WriteBatch batch = new WriteBatch()) {
      assertThat(state.remove(T1, expired, NOW, batch).epoch()).isNotEqualTo(first);
    }
    state.discard();
    assertThat(state.head(T2).epoch()).isEqualTo(first);
  }

  public void aHeadIsReadAgainWhenItIsNotKnownWhetherAStepWroteIt() throws RocksDBException {
    Epoch first = state.head(T1).epoch();
    ThreadHead written =
        new ThreadHead(first, 2, 1, null, null, 0, 0, List.of(), RetainedSize.NONE, null);
    try (WriteBatch batch = new WriteBatch()) {
      state.put(T1, written, batch);
      store.write(batch);
    }
    state.discard();
    assertThat(state.head(T1).head()).isEqualTo(1);
  }
}
