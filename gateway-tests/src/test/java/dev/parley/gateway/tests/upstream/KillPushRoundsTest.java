package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.upstream.PushBackEnd.insist;
import static dev.parley.gateway.tests.upstream.PushBackEnd.insistOnTheEnd;
import static dev.parley.gateway.tests.upstream.PushBackEnd.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.upstream.PushBackEnd.Hook;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/**
 * Kills or ends the gateway at random moments of push runs, whose back end sends on until all is
 * taken. {@code scripts/chaos} runs more rounds.
 */
@Test(groups = "error_recovery")
public class KillPushRoundsTest {
  private static final int ROUNDS = Integer.getInteger("parley.chaos.rounds", 2);
  private static final long SEED = Long.getLong("parley.chaos.seed", System.nanoTime());
  private static final long MAX_DELAY_MILLIS = 400;
  private static final int RUNS = 4;
  private static final int CALLS = 40;
  private static final int MAX_ENDINGS = 3;

  private final Map<String, String> settings = new HashMap<>();
  private final List<ChildGateway> started = new ArrayList<>();
  private int kills;
  private int terms;
  private int sentAgain;

  /** A run whose back end sends on. */
  private record Sending(String thread, String run, CompletableFuture<Void> sender) {}

  @AfterMethod(alwaysRun = true)
  public void endAll() {
    started.forEach(ChildGateway::close);
  }

  public void eachEventIsShownOnceAndInOrder() {
    Random random = new Random(SEED);
    try (TestFolder folder = new TestFolder();
        PushBackEnd backEnd = PushBackEnd.start()) {
      backEnd.put(settings, "pushed");
      settings.put("limits.burst", "1000");
      settings.put("tiers.early.open_runs", String.valueOf(RUNS));
      settings.put("limits.commands_per_minute", "100000");
      ChildGateway child = ChildGateway.start(folder.path(), settings);
      started.add(child);
      for (int round = 0; round < ROUNDS; round++) {
        try {
          child = round(child, backEnd, "round-" + round, random);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("seed: " + SEED + ", round: " + round, e);
        }
      }
      child.close();
      child.awaitExit();
    }
    System.out.printf(
        "push: %d rounds, %d runs, %d kill -9, %d SIGTERM, %d hooks sent again,"
            + " -Dparley.chaos.seed=%d%n",
        ROUNDS, ROUNDS * RUNS, kills, terms, sentAgain, SEED);
  }

  private ChildGateway round(ChildGateway first, PushBackEnd backEnd, String name, Random random) {
    String token = first.token("ada");
    List<Sending> all = begin(first.address(), backEnd, name, token);
    ChildGateway child = first;
    for (int endings = 1 + random.nextInt(MAX_ENDINGS); endings > 0; endings--) {
      // Picks the moment of the end; does not wait for a condition.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(MAX_DELAY_MILLIS)));
      endProcess(child, random.nextBoolean());
      child = child.restart(settings);
      started.add(child);
    }
    try (WsClient reader = WsClient.open(child.address(), token)) {
      for (Sending each : all) {
        each.sender().join();
        judge(reader, each);
      }
    }
    // The end may come between the answer to a hook and the note of it: then it is sent again.
    List<String> again = backEnd.rest().stream().map(Hook::run).toList();
    assertThat(all).extracting(Sending::run).containsAll(again);
    sentAgain += again.size();
    return child;
  }

  private static List<Sending> begin(URI gateway, PushBackEnd backEnd, String name, String token) {
    List<Sending> all = new ArrayList<>();
    try (WsClient client = WsClient.open(gateway, token)) {
      for (int i = 0; i < RUNS; i++) {
        String thread = name + "-" + i;
        String run = client.ask(Commands.startAgent(thread, thread, "pushed", "go")).runId();
        Hook hook = backEnd.hook();
        assertThat(hook.run()).isEqualTo(run);
        all.add(new Sending(thread, run, Parallel.run(() -> send(gateway, hook))));
      }
    }
    return all;
  }

  private static void send(URI gateway, Hook hook) {
    for (int seq = 0; seq < CALLS; seq++) {
      insist(gateway, hook, seq, said(seq + " "), custom(seq), said(seq + "! "));
    }
    insistOnTheEnd(gateway, hook, CALLS);
  }

  private static String custom(int number) {
    return "{\"type\":\"custom\",\"name\":\"n\",\"value\":" + number + "}";
  }

  private void endProcess(ChildGateway child, boolean isKill) {
    if (isKill) {
      kills++;
      child.kill();
    } else {
      terms++;
      child.terminate();
      assertThat(child.awaitExit()).as("exit code").isZero();
    }
  }

  private static void judge(WsClient client, Sending run) {
    ThreadReader reader = client.readAll(run.thread());
    Received last = client.awaitEnd(run.run());
    client.barrier();
    StringBuilder said = new StringBuilder();
    StringBuilder numbers = new StringBuilder();
    for (int seq = 0; seq < CALLS; seq++) {
      said.append(seq).append(' ').append(seq).append("! ");
      numbers.append(seq).append(' ');
    }
    StringBuilder shownSaid = new StringBuilder();
    StringBuilder shownNumbers = new StringBuilder();
    long seq = 0;
    for (Received event : reader.events()) {
      assertThat(event.firstSeq()).isEqualTo(seq + 1);
      seq = event.seq();
      if (event.type().equals("agent_message")) {
        shownSaid.append(event.text("delta"));
      } else if (event.type().equals("custom")) {
        shownNumbers.append(event.payload().path("value")).append(' ');
      }
    }
    assertThat(last.type()).isEqualTo("agent_completed");
    assertThat(last.text("text")).isEqualTo(said.toString()).isEqualTo(shownSaid.toString());
    assertThat(shownNumbers).hasToString(numbers.toString());
    assertThat(reader.events().stream().filter(Received::isTerminal)).hasSize(1);
    assertThat(reader.openRuns()).isZero();
  }
}
