package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.LogExecutor;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What all tenants wait for does not wait for the many calls of one. */
@Test(groups = "unit")
public class SharedTurnsTest {

  private static final int BYTES = 1 << 20;

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private Path folder;
  private QueueBound bound;
  private EmbeddedLog log;

  @BeforeMethod(alwaysRun = true)
  public void open() throws IOException {
    folder = Files.createTempDirectory("parley-turns");
    bound = new QueueBound(BYTES);
    log =
        EmbeddedLog.open(
            folder,
            Clock.systemUTC(),
            IdSource.random(),
            new EmbeddedLog.LogOptions(
                new TextDeltas(),
                Retention.DEFAULT,
                StoreConfig.DEFAULT_MEMORY,
                bound,
                0,
                StoreWatch.NONE));
    order.clear();
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    log.close();
    EventLogContract.deleteAll(folder);
  }

  private <T> CompletionStage<T> noted(String name, CompletionStage<T> stage) {
    return stage.whenComplete((done, failure) -> order.add(name));
  }

  public void theBroadcastThatMakesRoomIsFoundBeforeTheReadsOfItsTenant() throws IOException {
    try (CommitterRig rig = new CommitterRig()) {
      FairReadQueue readers = new FairReadQueue(LogExecutor.pool("test-reader", 1, 100), 100);
      EmbeddedInboxes inboxes = ErasuresTest.inboxes(rig, readers, rig.state());
      CountDownLatch queued = new CountDownLatch(1);
      List<CompletionStage<?>> all = new ArrayList<>();
      all.add(readers.call("acme", () -> isOver(queued)));
      for (int i = 0; i < 10; i++) {
        all.add(noted("read", inboxes.directory("acme", null, 1)));
      }
      BroadcastKey key = new BroadcastKey("acme", new BroadcastId("b1"));
      all.add(noted("room", inboxes.firstComplete(List.of(key))));
      queued.countDown();
      all.forEach(EventLogContract::await);
      readers.close();
      assertThat(order.indexOf("room")).isLessThanOrEqualTo(1);
    }
  }

  private static boolean isOver(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public void aNameIsForgottenBeforeTheErasuresOfItsTenant() {
    List<CompletionStage<?>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(noted("erasure", log.erase(new UserId("acme", "u" + i), null)));
    }
    all.add(noted("name", log.inboxes().forget(new UserId("acme", "u0"))));
    all.forEach(EventLogContract::await);
    assertThat(order.indexOf("name")).isLessThan(200);
  }

  /** They have a quarter of the queue. */
  public void anErasureNeedsNoRoomOfInboxes() {
    assertThat(bound.tryTakeInbox(BYTES / 4 - 1_000)).isTrue();
    assertThat(await(log.erase(ADA, null))).isInstanceOf(Deletion.Deleted.class);
  }
}
