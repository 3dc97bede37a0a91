package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.log.UsageRecount;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.stream.IntStream;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.Test;

/** An interrupted count of the whole store starts again. */
@Test(groups = "unit")
public class UsageBackfillTest extends EventLogContract {

  private static final UserId EVE = new UserId("default", "eve");

  public UsageBackfillTest() {
    super(StoreKind.EMBEDDED);
  }

  public void anInterruptedCountStartsAgain() throws RocksDBException {
    fill();
    log.close();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
        WriteBatch batch = new WriteBatch()) {
      batch.delete(files.handle(ColumnFamily.STORE), UsageBackfill.COUNTED);
      batch.delete(files.handle(ColumnFamily.USAGE), Keys.user(EVE));
      batch.put(files.handle(ColumnFamily.USAGE), Keys.user(ADA), Values.encode(new Usage(7, 7)));
      UserId gone = new UserId("default", "gone");
      batch.put(files.handle(ColumnFamily.USAGE), Keys.user(gone), Values.encode(new Usage(7, 7)));
      files.write(batch);
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    assertCounted();
    assertThat(await(log.usage(new UserId("default", "gone")))).isEqualTo(Usage.NONE);
  }

  /** One damaged head does not keep the store from being opened. */
  public void aDamagedHeadIsLeftOut() {
    fill();
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      files.destroyHead(T2);
      files.forgetUsage();
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    assertThat(await(log.usage(ADA)).threads()).isEqualTo(1);
    UsageRecount.check(log, EVE);
  }

  /** A commit is not stored in part. */
  public void aDamagedUsageFailsACommitAsAWhole() throws RocksDBException {
    commit(append(T1, "a"));
    damageCount();
    assertThatThrownBy(() -> commit(append(T1, "b"))).hasMessageContaining("usage: version 9");
    assertThatThrownBy(() -> await(log.delete(T1))).hasMessageContaining("usage: version 9");
    assertThat(bodies(await(log.read(T1, 0, 1000)))).containsExactly("a");
    assertThat(await(log.head(T1)).head()).isEqualTo(1);
  }

  private void damageCount() throws RocksDBException {
    log.close();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
        WriteBatch batch = new WriteBatch()) {
      batch.put(files.handle(ColumnFamily.USAGE), Keys.user(ADA), new byte[] {9});
      files.write(batch);
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
  }

  private void fill() {
    commit(start(T1, null, R1));
    IntStream.range(0, 10).forEach(i -> commit(say(T1, R1, "word")));
    commit(append(T2, "a"));
    commit(append(Commits.thread(EVE, "t1"), "a", "b"));
    commit(append(Commits.thread(EVE, "t2"), "a"));
    await(log.delete(Commits.thread(EVE, "t2")));
    commit(append(Commits.thread(new UserId("other", "ada"), "t"), "12345"));
  }

  private void assertCounted() {
    assertThat(await(log.usage(ADA)).threads()).isEqualTo(2);
    assertThat(await(log.usage(EVE))).isEqualTo(new Usage(2 + 2 * Usage.RECORD, 1));
    for (UserId user : List.of(ADA, EVE, new UserId("other", "ada"))) {
      UsageRecount.check(log, user);
    }
  }
}
