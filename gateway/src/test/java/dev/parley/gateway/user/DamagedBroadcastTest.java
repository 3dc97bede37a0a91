package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.embedded.DamagedStore;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.log.embedded.RecordingWatch;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.inbox.BroadcastRequest;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Broadcasts over a store of which single records are damaged. */
@Test(groups = "unit")
public class DamagedBroadcastTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final Duration RETENTION = Duration.ofDays(7);

  private RecordingWatch watch = new RecordingWatch();
  private Path folder;
  private UserRig rig;
  private Broadcasts broadcasts;

  @BeforeMethod(alwaysRun = true)
  public void begin() throws IOException {
    watch = new RecordingWatch();
    folder = Files.createTempDirectory("parley-damaged-broadcast");
    start();
    rig.connect("ada", "mid");
    rig.connect("eve", "mid");
    rig.settle();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    rig.close();
    EventLogContract.deleteAll(folder);
  }

  private void start() {
    EventLog log =
        EmbeddedLog.open(
            folder,
            Clock.systemUTC(),
            IdSource.random(),
            new EmbeddedLog.LogOptions(
                new DeltaCodec(),
                Retention.DEFAULT,
                StoreConfig.DEFAULT_MEMORY,
                new QueueBound(QueueBound.DEFAULT_BYTES),
                0,
                watch));
    rig = UserRig.over(log, Map.of());
    broadcasts =
        new Broadcasts(
            rig.home, rig.services.inboxes(), IdSource.random(), rig.contexts, RETENTION);
    done(broadcasts.open());
  }

  private void restartAfter(Consumer<DamagedStore> damage) {
    rig.close();
    try (DamagedStore store = new DamagedStore(folder)) {
      damage.accept(store);
    }
    start();
  }

  private <T> T done(CompletionStage<T> stage) {
    rig.settle();
    CompletableFuture<T> result = stage.toCompletableFuture();
    assertThat(result).isDone();
    return result.join();
  }

  private static BroadcastKey key(String id) {
    return new BroadcastKey("default", new BroadcastId(id));
  }

  private void send(String id) {
    Notice notice = new Notice("Title", "body", null, Priority.NORMAL);
    BroadcastResult result =
        done(
            broadcasts.send(
                new BroadcastRequest(
                    "default", new BroadcastId(id), new Audience.All(), notice, null),
                null));
    assertThat(result).isInstanceOf(BroadcastResult.Added.class);
  }

  private Optional<BroadcastRecord> find(String id) {
    return done(broadcasts.find(key(id)));
  }

  private List<String> shown() {
    return done(rig.log.inboxes().all()).stream()
        .map(each -> each.broadcast().key().id().value())
        .toList();
  }

  public void theOthersAreReadWithoutABroadcastThatIsDamaged() {
    send("b1");
    send("b2");
    restartAfter(store -> store.destroyBroadcast(key("b1")));
    assertThat(shown()).containsExactly("b2");
    assertThat(watch.droppedBroadcasts()).isEqualTo(1);
    send("b3");
    assertThat(find("b3")).isPresent();
  }

  /** Its id is free, and what it was counts for nothing. */
  public void anotherCanBeSentWithTheIdOfOneThatWasDropped() {
    send("b1");
    send("b2");
    restartAfter(
        store -> {
          store.destroyBroadcast(key("b1"));
          store.cutReceipt(key("b2"));
        });
    assertThat(shown()).isEmpty();
    assertThat(watch.droppedBroadcasts()).isEqualTo(2);
    rig.connect("ada", "mid");
    rig.settle();
    send("b1");
    send("b2");
    rig.settle();
    assertThat(shown()).containsExactly("b1", "b2");
    assertThat(find("b1").orElseThrow().status().reached()).isEqualTo(1);
    restartAfter(store -> {});
    assertThat(shown()).containsExactly("b1", "b2");
    assertThat(watch.droppedBroadcasts()).isEqualTo(2);
  }

  public void theOthersAreReadWithoutABroadcastWhoseReceiptIsDamaged() {
    send("b1");
    send("b2");
    restartAfter(store -> store.cutReceipt(key("b1")));
    assertThat(shown()).containsExactly("b2");
    send("b3");
    assertThat(find("b3")).isPresent();
  }

  public void aUserWhoseEntryIsDamagedIsNotCounted() {
    restartAfter(store -> store.cutInbox(ADA));
    send("b1");
    rig.settle();
    assertThat(find("b1").orElseThrow().status().addressed()).hasValue(1);
  }
}
