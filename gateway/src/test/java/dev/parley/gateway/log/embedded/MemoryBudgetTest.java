package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.protocol.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Caches and buffers together stay within their budget. */
@Test(groups = "unit")
public class MemoryBudgetTest {

  private static final long BUDGET = 32L << 20;
  private static final int EVENTS = 1_500;

  private final byte[] body = new byte[64 << 10];
  private Path folder;
  private RocksStore store;
  private long max;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    new Random(7).nextBytes(body);
    folder = Files.createTempDirectory("parley-memory");
    store = RocksStore.open(folder, BUDGET);
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void threeTimesTheBudgetWrittenAndReadStaysWithinIt() throws RocksDBException {
    for (int seq = 1; seq <= EVENTS; seq++) {
      write(seq);
      max = Math.max(max, store.memoryUsed());
    }
    for (int seq = 1; seq <= EVENTS; seq++) {
      assertThat(store.get(ColumnFamily.EVENTS, Keys.event(T1, seq))).isPresent();
      max = Math.max(max, store.memoryUsed());
    }
    assertThat(max).isBetween(BUDGET / 4, BUDGET);
  }

  private void write(long seq) throws RocksDBException {
    byte[] value = Values.encode(new NewEvent(EventType.CUSTOM, false, body), null);
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.EVENTS), Keys.event(T1, seq), value);
      batch.put(store.handle(ColumnFamily.SEGMENTS), Keys.event(T2, seq), Values.present());
      store.writeUnsynced(batch);
    }
  }
}
