package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.log.UsageRecount;
import dev.parley.gateway.protocol.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.Test;

/** The head of a thread is read from its last event when the head itself was not written. */
@Test(groups = "unit")
public class HeadDeltaTest extends EventLogContract {

  public HeadDeltaTest() {
    super(StoreKind.EMBEDDED);
  }

  public void theHeadOfAThreadThatOnlyGotEventsIsComplete() {
    commit(start(T1, null, R1));
    clock.advance(Duration.ofMinutes(1));
    commit(say(T1, R1, "a", "b"));
    commit(say(T1, R1, "c"));
    ThreadHead head = await(log.head(T1));
    assertThat(head.head()).isEqualTo(5);
    assertThat(head.lastMillis()).isEqualTo(clock.millis());
    assertThat(head.retained().openRecords()).isEqualTo(5);
    withFiles(files -> assertThat(written(files)).isEqualTo(2));
    assertThat(await(log.head(T1))).isEqualTo(head);
    assertThat(await(log.threads(ADA, null, 9)))
        .containsExactly(new ThreadEntry(T1.thread(), head));
    assertThat(commit(end(T1, R1))).isEqualTo(committed(6, 6));
    withFiles(files -> assertThat(written(files)).isEqualTo(6));
  }

  public void theUsageIsWrittenOnlyWithAHeadAndIsCompleteAtAnyTime() {
    commit(start(T1, null, R1));
    Usage started = await(log.usage(ADA));
    commit(say(T1, R1, "abc"));
    Usage said = new Usage(started.bytes() + 3 + Usage.RECORD, 1);
    assertThat(await(log.usage(ADA))).isEqualTo(said);
    withFiles(files -> assertThat(stored(files)).isEqualTo(started));
    assertThat(await(log.usage(ADA))).isEqualTo(said);
    commit(append(T2, "x"));
    Usage both = new Usage(said.bytes() + 1 + Usage.RECORD, 2);
    withFiles(
        files ->
            assertThat(stored(files)).isEqualTo(new Usage(started.bytes() + 1 + Usage.RECORD, 2)));
    assertThat(await(log.usage(ADA))).isEqualTo(both);
    commit(end(T1, R1));
    withFiles(files -> assertThat(stored(files).bytes()).isGreaterThan(both.bytes()));
    UsageRecount.check(log, ADA);
  }

  public void twoMessagesOfOneMillisecondAreNotOnlyDeltas() {
    commit(append(T1, "a"));
    commit(append(T1, "b"));
    withFiles(files -> assertThat(written(files)).isEqualTo(2));
  }

  public void deltasOfADeletedLifeDoNotApplyToTheNextOne() {
    commit(append(T1, "a"));
    List.of("b", "c", "d").forEach(body -> commit(append(T1, body)));
    await(log.delete(T1));
    reopen(QueueBound.DEFAULT_BYTES);
    assertThat(await(log.head(T1)).head()).isZero();
    commit(append(T1, "e"));
    reopen(QueueBound.DEFAULT_BYTES);
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("e");
  }

  public void anEventAfterTheStoredHeadWithoutADeltaIsDamage() {
    commit(append(T1, "a"));
    withFiles(
        files -> {
          try (WriteBatch batch = new WriteBatch()) {
            byte[] value = Values.encode(Commits.event("b"), null);
            batch.put(files.handle(ColumnFamily.EVENTS), Keys.event(T1, 2), value);
            files.write(batch);
          } catch (RocksDBException e) {
            throw new AssertionError(e);
          }
        });
    assertThatThrownBy(() -> await(log.head(T1)))
        .isInstanceOf(LogException.class)
        .hasMessage("event: 2 has no head delta (expected: one after the stored head)");
  }

  /** The seq in the stored head. */
  private static long written(RocksStore files) {
    byte[] value = files.get(ColumnFamily.HEADS, Keys.thread(T1)).orElseThrow();
    return Values.head(value, new Generation(new Epoch("e1"))).head();
  }

  private static Usage stored(RocksStore files) {
    return Values.usage(files.get(ColumnFamily.USAGE, Keys.user(ADA)).orElseThrow());
  }

  private void withFiles(Consumer<RocksStore> look) {
    log.close();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      look.accept(files);
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
  }
}
