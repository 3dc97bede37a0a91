package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.T1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.Moment;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A day's family is emptied as a whole when it is used for another day. */
@Test(groups = "unit")
public class LedgerRotationTest {

  private Path folder;
  private RocksStore store;
  private LedgerRotation rotation;

  @BeforeMethod(alwaysRun = true)
  public void openStore() throws IOException {
    folder = Files.createTempDirectory("parley-ledger");
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    rotation = new LedgerRotation(store);
  }

  @AfterMethod(alwaysRun = true)
  public void closeStore() throws IOException {
    store.close();
    EventLogContract.deleteAll(folder);
  }

  public void keepsTodayYesterdayAndTheDayBefore() throws RocksDBException {
    for (int day = 20_000; day < 20_010; day++) {
      accept("a" + day, day);
      accept("b" + day, day);
    }
    assertThat(kept())
        .containsExactlyInAnyOrder("a20007", "b20007", "a20008", "b20008", "a20009", "b20009");
  }

  public void findsExpiredFamiliesAfterALongPause() throws RocksDBException {
    accept("a", 20_000);
    accept("b", 20_003);
    assertThat(kept()).containsExactly("b");
  }

  public void knowsTheDaysOfFamiliesAfterReopening() throws RocksDBException {
    accept("a", 20_000);
    store.close();
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
    rotation = new LedgerRotation(store);
    accept("b", 20_000);
    assertThat(kept()).containsExactly("a", "b");
  }

  private void accept(String command, long day) throws RocksDBException {
    long millis = Duration.ofDays(day).plusHours(5).toMillis();
    CommandReceipt answer = new CommandReceipt(new Fingerprint(1, 1), T1.thread(), 1, null, null);
    LedgerEntry entry = new LedgerEntry(answer, millis);
    try (WriteBatch batch = new WriteBatch()) {
      ColumnFamily family = rotation.familyOf(entry, Moment.of(millis), batch);
      byte[] key = Keys.command(ADA, new CommandId(command));
      batch.put(store.handle(family), key, Values.encode(entry, new Generation(new Epoch("e"))));
      store.write(batch);
    }
    rotation.batchEnded();
  }

  private List<String> kept() {
    List<String> ids = new ArrayList<>();
    for (ColumnFamily family : LedgerRotation.FAMILIES) {
      store.scan(family, (key, value) -> ids.add(command(key)));
    }
    return ids;
  }

  private static String command(byte[] key) {
    int user = Keys.user(ADA).length;
    return new String(key, user + 1, key.length - user - 1, US_ASCII);
  }
}
