package dev.parley.gateway.user.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.transport.Eventually;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A log that compacts the deltas of a run between two windows of one read. */
@Test(groups = "unit")
public class MergedMeanwhileTest {

  private static final int PIECES = 1000;

  private Path folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() throws IOException {
    folder = Files.createTempDirectory("parley-merged");
  }

  @AfterMethod(alwaysRun = true)
  public void deleteFolder() throws IOException {
    EventLogContract.deleteAll(folder);
  }

  /** One answer in many pieces, and the beginning of the next run. */
  private static void write(EventLog log) {
    UserRig rig = UserRig.over(log, Map.of());
    Peer ada = rig.connect();
    ada.ask("c1", "t", "one", WhenBusy.QUEUE);
    for (int i = 0; i < PIECES; i++) {
      var ignored = rig.agent.job().say(String.valueOf(i % 10));
      rig.settle();
    }
    rig.agent.job().complete();
    rig.settle();
    ada.ask("c2", "t", "two", WhenBusy.QUEUE);
  }

  private static EventPage page(EventLog log, long after) {
    return EventLogContract.await(log.read(RandomThread.KEY, after, 1 << 20));
  }

  /** Reads the first so many times from one log, then from the other. */
  private static EventLog first(int times, EventLog before, EventLog after) {
    AtomicInteger reads = new AtomicInteger();
    return (EventLog)
        Proxy.newProxyInstance(
            EventLog.class.getClassLoader(),
            new Class<?>[] {EventLog.class},
            (proxy, method, arguments) ->
                method.invoke(reads.getAndIncrement() < times ? before : after, arguments));
  }

  public void noPieceIsLostOrDoubled() {
    IdSource ids = new IdSource(() -> "same");
    try (EventLog written = new MemoryLog(Clock.systemUTC(), ids);
        EventLog merged =
            EmbeddedLog.open(
                folder, Clock.systemUTC(), ids, EmbeddedLog.LogOptions.of(new DeltaCodec()))) {
      write(written);
      write(merged);
      Epoch epoch = page(merged, 0).head().epoch();
      assertThat(page(written, 0).head().epoch()).isEqualTo(epoch);
      // Merged a part at a time, between commits.
      Eventually.holds(() -> page(merged, 0).events().size() < PIECES / 2);
      for (int reads = 0; reads < 4; reads++) {
        assertThat(told(first(reads, written, merged), epoch)).isEqualTo(told(written, epoch));
      }
    }
  }

  private static History told(EventLog log, Epoch epoch) {
    BackwardReader.Target target =
        new BackwardReader.Target(RandomThread.KEY, epoch, PIECES + 5, RandomThread.AGENT, 1 << 20);
    return new BackwardReader(log, Runnable::run, target, null)
        .read()
        .toCompletableFuture()
        .join()
        .history();
  }
}
