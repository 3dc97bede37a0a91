package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.Test;

/** No entry of the store holds what was hidden with an event that is deleted. */
@Test(groups = "unit")
public class HiddenErasureTest extends EventLogContract {

  private static final String SECRET = "marker-of-what-is-hidden";
  private static final ThreadKey OTHER = Commits.thread(new UserId("default", "eve"), "t");

  public HiddenErasureTest() {
    super(StoreKind.EMBEDDED);
  }

  private void hide(ThreadKey thread) {
    NewEvent event =
        new NewEvent(EventType.CUSTOM, false, "a".getBytes(UTF_8), null, SECRET.getBytes(UTF_8));
    commit(
        new Commit(
            thread,
            null,
            new Expectation.Unconditional(),
            List.of(event),
            new RunChange.Unchanged()));
  }

  /** Closes the log, and counts the entries that hold the secret. */
  private int entries() {
    log.close();
    AtomicInteger found = new AtomicInteger();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      for (ColumnFamily family : ColumnFamily.values()) {
        files.scan(
            family,
            (key, value) -> {
              boolean has =
                  new String(value, ISO_8859_1).contains(SECRET)
                      || new String(key, ISO_8859_1).contains(SECRET);
              found.addAndGet(has ? 1 : 0);
              return true;
            });
      }
    }
    return found.get();
  }

  public void itIsInTheRecordOfItsEventAlone() {
    hide(T1);
    assertThat(entries()).isEqualTo(1);
  }

  public void aDeletedThreadLeavesNothing() {
    hide(T1);
    hide(T2);
    await(log.delete(T1));
    assertThat(entries()).isEqualTo(1);
  }

  public void anErasedUserLeavesNothing() {
    hide(T1);
    hide(T2);
    await(log.erase(ADA));
    assertThat(entries()).isZero();
  }

  public void retentionLeavesNothing() {
    hide(T1);
    clock.advance(Duration.ofDays(9));
    for (int i = 0; i < 20; i++) {
      commit(append(OTHER, "a"));
    }
    assertThat(entries()).isZero();
  }

  /** As a gateway wrote them that could hide nothing. */
  public void anEventOfAnEarlierVersionHidesNothing() throws RocksDBException {
    commit(append(T1, "a", "b"));
    log.close();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
        WriteBatch batch = new WriteBatch()) {
      files.scan(
          ColumnFamily.EVENTS,
          (key, value) -> {
            assertThat(value[0]).isEqualTo((byte) 3);
            value[0] = 2;
            return put(files, batch, key, value);
          });
      files.write(batch);
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    List<StoredEvent> events = await(log.readWithHidden(T1, 0, WHOLE)).events();
    assertThat(events).extracting(StoredEvent::hidden).containsOnlyNulls();
    assertThat(Commits.bodies(await(log.readWithHidden(T1, 0, WHOLE)))).containsExactly("a", "b");
    hide(T1);
    assertThat(await(log.readWithHidden(T1, 2, WHOLE)).events().get(0).hidden()).isNotNull();
  }

  private static boolean put(RocksStore files, WriteBatch batch, byte[] key, byte[] value) {
    try {
      batch.put(files.handle(ColumnFamily.EVENTS), key, value);
      return true;
    } catch (RocksDBException e) {
      throw new AssertionError(e);
    }
  }
}
