package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.thread;
import static dev.parley.gateway.log.Commits.title;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.Test;

/** The index of threads by activity has an entry for each thread, and no other. */
@Test(groups = "unit")
public class ActivityIndexTest extends EventLogContract {

  private static final UserId EVE = new UserId("default", "eve");

  public ActivityIndexTest() {
    super(StoreKind.EMBEDDED);
  }

  public void aThreadThatMovesHasOneEntry() {
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMillis(1));
      commit(append(T1, "a"));
      commit(title(T1, null, "Title " + i));
    }
    commit(append(T2, "a"));
    assertThat(listed()).isEqualTo(2);
  }

  public void whatARunSaysWritesNoEntryAndNoHead() {
    commit(start(T1, null, R1));
    List<String> before = records();
    clock.advance(Duration.ofMillis(1));
    commit(say(T1, R1, "a"));
    assertThat(records()).isEqualTo(before);
    commit(append(T1, "a"));
    assertThat(records()).isNotEqualTo(before);
  }

  private List<String> records() {
    log.close();
    List<String> records = new ArrayList<>();
    HexFormat hex = HexFormat.of();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      for (ColumnFamily family : List.of(ColumnFamily.HEADS, ColumnFamily.ACTIVITY)) {
        files.scan(family, (key, value) -> records.add(hex.formatHex(key) + hex.formatHex(value)));
      }
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    return records;
  }

  public void aDeletedThreadHasNoEntry() {
    commit(append(T1, "a"));
    commit(append(T2, "a"));
    await(log.delete(T1));
    assertThat(listed()).isEqualTo(1);
    commit(append(T1, "again"));
    assertThat(listed()).isEqualTo(2);
  }

  public void aThreadThatIsWrittenDeletedAndWrittenInOneBatchHasOneEntry() {
    commit(append(T1, "a"));
    ManualClock.Hold hold = holdCommitter();
    log.commit(append(T1, "b"));
    log.commit(append(T2, "a"));
    CompletionStage<Deletion> first = log.delete(T1);
    log.commit(append(T1, "c"));
    CompletionStage<Deletion> second = log.delete(T2);
    hold.free();
    assertThat(await(first)).isInstanceOf(Deletion.Deleted.class);
    assertThat(await(second)).isInstanceOf(Deletion.Deleted.class);
    assertThat(names()).containsExactlyInAnyOrder("t1", "holding");
    assertThat(listed()).isEqualTo(2);
  }

  public void anErasedUserHasNoEntry() {
    commit(append(T1, "a"));
    commit(append(thread(EVE, "t1"), "a"));
    await(log.erase(ADA));
    assertThat(names()).isEmpty();
    assertThat(listed()).isEqualTo(1);
  }

  public void aThreadThatHasExpiredHasNoEntry() {
    commit(start(T1, null, R1));
    commit(end(T1, R1));
    commit(append(T2, "a"));
    clock.advance(Retention.DEFAULT.age().plusHours(2));
    settle();
    assertThat(names()).containsExactly("settling");
    assertThat(listed()).isEqualTo(1);
  }

  public void aThreadThatIsTrimmedOrJoinedKeepsItsPlace() {
    reopen(new Retention(Duration.ofDays(7), 8, 10_000));
    commit(start(T1, null, R1));
    IntStream.range(0, 20).forEach(i -> commit(say(T1, R1, "word")));
    commit(end(T1, R1));
    commit(append(T1, "a"));
    settle();
    assertThat(await(log.head(T1)).oldest()).isGreaterThan(1);
    assertThat(listed()).isEqualTo(2);
  }

  public void aBuildThatWasCutOffBeginsAgain() throws RocksDBException {
    IntStream.range(0, 1_100).forEach(i -> log.commit(append(thread(EVE, "t" + i), "a")));
    clock.advance(Duration.ofMillis(1));
    commit(append(T1, "a"));
    log.close();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
        WriteBatch batch = new WriteBatch()) {
      batch.delete(files.handle(ColumnFamily.STORE), ActivityIndex.BUILT);
      byte[] half = Keys.user(EVE);
      batch.deleteRange(files.handle(ColumnFamily.ACTIVITY), half, Keys.afterPrefix(half));
      files.write(batch);
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    assertThat(listed()).isEqualTo(1_101);
    assertThat(await(log.threads(EVE, null, 2_000))).hasSize(1_100);
  }

  private List<String> names() {
    return await(log.threads(ADA, null, 9)).stream()
        .map(ThreadEntry::thread)
        .map(Object::toString)
        .toList();
  }

  private int listed() {
    log.close();
    int listed = ListedThreads.check(folder);
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    return listed;
  }
}
