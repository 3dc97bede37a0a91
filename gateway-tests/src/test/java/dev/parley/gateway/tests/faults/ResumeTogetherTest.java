package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/**
 * Many clients resume at once, as after a restart, on a gateway with little page memory. {@code
 * scripts/bench resume} uses more of them.
 */
@Test(groups = {"error_recovery", "performance"})
public class ResumeTogetherTest extends GatewayTest {
  private static final int USERS = 60;
  private static final int CONNECTIONS_OF_EACH = 5;
  private static final int EVENTS = 12;
  private static final int SIZE = 16_000;

  /** The setting, plus one oversized event for each concurrent read. */
  private static final long PAGE_MEMORY = (1 << 20) + 8 * (SIZE + 1_000);

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.page_memory", "1MiB",
        "limits.burst", "100",
        "limits.unauthenticated_per_address", "1000");
  }

  /** A client that resumes: its socket, its subscribe command and its cursor. */
  private record Resuming(RawClient socket, String subscribe, long after) {}

  public void allResumeWithinThePageMemoryWhileALiveRunContinues() throws Exception {
    List<String> epochs = Parallel.map(4, IntStream.range(0, USERS).boxed().toList(), this::fill);
    List<Resuming> all =
        Parallel.map(
            8,
            IntStream.range(0, USERS * CONNECTIONS_OF_EACH).boxed().toList(),
            i -> comeBack(i % USERS, i / USERS, epochs.get(i % USERS)));
    all.forEach(each -> closing(each.socket));
    WsClient live = connect(bob);
    String run = live.say("t1", "count slowly to 300").runId();
    long begin = System.nanoTime();
    all.forEach(each -> each.socket.sendText(each.subscribe));
    assertThat(live.awaitEnd(run).type()).isEqualTo("agent_completed");
    Parallel.map(8, all, ResumeTogetherTest::resume);
    Figures.report(all.size() + " resumed at once", (System.nanoTime() - begin) / 1e6, "ms");
    assertThat(gateway.metrics().figure("parley_page_highest_bytes")).isBetween(1L, PAGE_MEMORY);
  }

  /** Writes the events to a thread of this user; returns the epoch of the thread. */
  private String fill(int user) {
    try (RawClient writer = open(user)) {
      for (int i = 1; i <= EVENTS; i++) {
        writer.sendText(Commands.chat("c" + i, "t1", "x".repeat(SIZE)).toString());
      }
      String epoch = "";
      for (Received frame = read(writer); frame.seq() < EVENTS; frame = read(writer)) {
        epoch += frame.text("epoch");
      }
      return epoch;
    }
  }

  private Resuming comeBack(int user, long after, String epoch) {
    return new Resuming(open(user), Commands.subscribe("s", "t1", after, epoch).toString(), after);
  }

  private RawClient open(int user) {
    return RawClient.upgraded(gateway.address(), gateway.tokens().of(ada + user));
  }

  private static Received read(RawClient socket) {
    return new Received(Json.parse(socket.readFrame().text()));
  }

  /** Reads each event after the cursor once and in order, up to {@code caught_up}. */
  private static boolean resume(Resuming client) {
    long seq = client.after;
    String type = "";
    while (!type.equals("caught_up")) {
      Received frame = read(client.socket);
      type = frame.type();
      if (frame.isEvent()) {
        assertThat(frame.seq()).isEqualTo(++seq);
      }
    }
    assertThat(seq).isEqualTo(EVENTS);
    return true;
  }
}
