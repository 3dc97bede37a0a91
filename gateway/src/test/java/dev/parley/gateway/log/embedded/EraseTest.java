package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** No key on the disk names an erased user. */
@Test(groups = "unit")
public class EraseTest extends EventLogContract {

  private static final UserId USER = new UserId("default", "erasable");
  private static final ThreadKey THREAD = Commits.thread(USER, "t1");

  public EraseTest() {
    super(StoreKind.EMBEDDED);
  }

  public void noKeyNamesAnErasedUser() {
    commit(chat(THREAD, stamp("c1", 1)));
    clock.advance(Duration.ofDays(1));
    commit(chat(Commits.thread(USER, "t2"), stamp("c2", 1)));
    commit(start(THREAD, stamp("c3", 1), R1));
    commit(end(THREAD, R1));
    commit(append(Commits.thread(USER, "t3"), "a"));
    await(log.delete(Commits.thread(USER, "t3")));
    assertThat(keysOf(USER)).isNotEmpty();
    await(log.erase(USER));
    assertThat(keysOf(USER)).isEmpty();
  }

  /** Such a thread is looked at again in each hour. */
  public void noKeyNamesAUserWhoseQueuedMessageIsOlderThanTheRetention() {
    commit(start(THREAD, stamp("c1", 1), R1));
    commit(startOrQueue(THREAD, stamp("c2", 1), R2, 8));
    commit(end(THREAD, R1));
    clock.advance(Duration.ofDays(9));
    settle();
    clock.advance(Duration.ofHours(2));
    settle();
    await(log.erase(USER));
    assertThat(keysOf(USER)).isEmpty();
  }

  public void noKeyNamesAUserOfWhomTheOldestEventsWereDropped() {
    reopen(new Retention(Duration.ofDays(7), 10, 1_000));
    for (int i = 0; i < 20; i++) {
      commit(append(THREAD, "event " + i));
      commit(append(THREAD, "event " + i));
      clock.advance(Duration.ofHours(1));
    }
    settle();
    assertThat(await(log.head(THREAD)).oldest()).isEqualTo(31);
    assertThat(keysOf(USER)).filteredOn(key -> key.startsWith("EXPIRY")).hasSize(5);
    await(log.erase(USER));
    assertThat(keysOf(USER)).isEmpty();
  }

  /** Every key with the user's name in it, in any family. */
  private List<String> keysOf(UserId user) {
    log.close();
    List<String> keys = new ArrayList<>();
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      for (ColumnFamily family : ColumnFamily.values()) {
        files.scan(
            family,
            (key, value) -> {
              String text = new String(key, ISO_8859_1);
              return !text.contains(user.subject()) || keys.add(family + " " + text);
            });
      }
    }
    log = store.open(folder, clock, QueueBound.DEFAULT_BYTES);
    return keys;
  }
}
