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
 * Everybody comes back at once, as after a restart, to a gateway with little room for pages. {@code
 * scripts/bench resume} does it with more.
 */
@Test(groups = {"error_recovery", "performance"})
public class ResumeTogetherTest extends GatewayTest {
  private static final int USERS = 60;
  private static final int OF_EACH = 5;
  private static final int EVENTS = 12;
  private static final int SIZE = 16_000;

  /** The setting, and an event larger than was asked for in each of the reads at once. */
  private static final long PAGE_MEMORY = (1 << 20) + 8 * (SIZE + 1_000);

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.page_memory", "1MiB",
        "limits.burst", "100",
        "limits.unauthenticated_per_address", "1000");
  }

  /** One that comes back: where it stood, and what it says to read on from there. */
  private record Lost(RawClient socket, String subscribe, long after) {}

  public void allReadOnWithinTheBoundOfPagesAndALiveRunGoesOn() throws Exception {
    List<String> epochs = Parallel.map(4, IntStream.range(0, USERS).boxed().toList(), this::fill);
    List<Lost> all =
        Parallel.map(
            8,
            IntStream.range(0, USERS * OF_EACH).boxed().toList(),
            i -> comeBack(i % USERS, i / USERS, epochs.get(i % USERS)));
    all.forEach(each -> closing(each.socket));
    WsClient live = connect(bob);
    String run = live.say("t1", "count slowly to 300").runId();
    long begin = System.nanoTime();
    all.forEach(each -> each.socket.sendText(each.subscribe));
    assertThat(live.awaitEnd(run).type()).isEqualTo("agent_completed");
    Parallel.map(8, all, ResumeTogetherTest::readOn);
    Figures.report(all.size() + " resumed at once", (System.nanoTime() - begin) / 1e6, "ms");
    assertThat(gateway.metrics().figure("page_bytes_highest")).isBetween(1L, PAGE_MEMORY);
  }

  /** Says so much on a thread of this user, and returns the epoch of the thread. */
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

  private Lost comeBack(int user, long after, String epoch) {
    return new Lost(open(user), Commands.subscribe("s", "t1", after, epoch).toString(), after);
  }

  private RawClient open(int user) {
    return RawClient.upgraded(gateway.address(), gateway.tokens().of(ada + user));
  }

  private static Received read(RawClient socket) {
    return new Received(Json.parse(socket.readFrame().text()));
  }

  /** Reads each event behind the cursor once and in order, up to the live end. */
  private static boolean readOn(Lost lost) {
    long seq = lost.after;
    String type = "";
    while (!type.equals("caught_up")) {
      Received frame = read(lost.socket);
      type = frame.type();
      if (frame.isEvent()) {
        assertThat(frame.seq()).isEqualTo(++seq);
      }
    }
    assertThat(seq).isEqualTo(EVENTS);
    return true;
  }
}
