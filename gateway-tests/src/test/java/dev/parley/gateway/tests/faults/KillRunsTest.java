package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testng.annotations.Test;

/**
 * Kills the process at random moments of runs with tools and queued messages. {@code scripts/chaos}
 * runs more rounds.
 */
@Test(groups = "error_recovery")
public class KillRunsTest {
  private static final int ROUNDS = Integer.getInteger("parley.chaos.rounds", 6);
  private static final long SEED = Long.getLong("parley.chaos.seed", System.nanoTime());
  private static final long MAX_DELAY_MILLIS = 700;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "agents.builtin.pace", "4ms",
          "limits.burst", "1000",
          "limits.commands_per_minute", "100000");

  private long runs;
  private long completed;

  public void everyRunEndsOnceWhereverTheProcessIsKilled() {
    Random random = new Random(SEED);
    try (TestFolder folder = new TestFolder()) {
      ChildGateway child = ChildGateway.start(folder.path(), SETTINGS);
      for (int round = 0; round < ROUNDS; round++) {
        try {
          child = round(child, "round-" + round, random);
        } catch (AssertionError e) {
          throw new AssertionError("seed: " + SEED + ", round: " + round, e);
        }
      }
      child.close();
      child.awaitExit();
    }
    System.out.printf(
        "kill -9: %d rounds, %d runs, %d completed, -Dparley.chaos.seed=%d%n",
        ROUNDS, runs, completed, SEED);
    // Otherwise these checks would pass even if every run failed.
    assertThat(completed).as("completed runs, seed " + SEED).isBetween(1L, runs - 1);
  }

  private ChildGateway round(ChildGateway child, String thread, Random random) {
    String token = child.token("ada");
    WsClient before = WsClient.open(child.address(), token);
    for (String each : List.of(thread + "-a", thread + "-b")) {
      before.sendValid(
          Commands.queue(each + "1", each, "what is 6*7? wait 1 second, count slowly to 9"));
      before.sendValid(Commands.queue(each + "2", each, "fail, then count slowly to 20"));
      before.sendValid(Commands.queue(each + "3", each, "what is 6*8?"));
    }
    // Picks the moment of the kill; does not wait for a condition.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(MAX_DELAY_MILLIS)));
    child.kill();
    ChildGateway next = child.restart(SETTINGS);
    before.drop();
    WsClient after = WsClient.open(next.address(), token);
    judge(after, thread + "-a", before);
    judge(after, thread + "-b", before);
    after.close();
    return next;
  }

  private void judge(WsClient after, String thread, WsClient before) {
    ThreadReader reader = after.readAll(thread);
    for (Received accepted : before.received()) {
      if (accepted.type().equals("accepted") && accepted.thread().equals(thread)) {
        assertThat(reader.cursor()).isGreaterThanOrEqualTo(accepted.payload().path("seq").asLong());
      }
    }
    List<String> asked = messages(reader, "message_added");
    runs += asked.size();
    for (String message : asked) {
      Received started =
          after.awaitWhere(
              "the run of " + message,
              f -> f.type().equals("agent_started") && f.text("message_id").equals(message));
      completed += after.awaitEnd(started.runId()).type().equals("agent_completed") ? 1 : 0;
    }
    assertThat(messages(reader, "agent_started")).containsExactlyElementsOf(asked);
    assertThat(reader.openRuns()).isZero();
  }

  private static List<String> messages(ThreadReader reader, String type) {
    return reader.events().stream()
        .filter(event -> event.type().equals(type))
        .map(event -> event.text("message_id"))
        .toList();
  }
}
