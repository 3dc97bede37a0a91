package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.upstream.PushBackEnd.add;
import static dev.parley.gateway.tests.upstream.PushBackEnd.end;
import static dev.parley.gateway.tests.upstream.PushBackEnd.insist;
import static dev.parley.gateway.tests.upstream.PushBackEnd.said;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.upstream.PushBackEnd.Hook;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testng.annotations.Test;

/**
 * Many runs of many users are open when the gateway is killed, and all of them go on. Their number
 * is set by {@code parley.resumed.runs}.
 */
@Test(groups = {"error_recovery", "performance"})
public class ManyPushRunsTest {
  private static final int RUNS = Integer.getInteger("parley.resumed.runs", 200);
  private static final int RUNS_OF_A_USER = 20;
  private static final int CALLERS = 8;

  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();

  /** A run of a user, on the thread with this name. */
  private record OpenRun(String user, String thread, String id) {}

  public void allGoOnAfterAKill() throws InterruptedException {
    try (TestFolder folder = new TestFolder();
        PushBackEnd backEnd = PushBackEnd.start()) {
      backEnd.put(settings, "pushed");
      settings.put("limits.burst", "100");
      settings.put("tiers.early.open_runs", String.valueOf(RUNS_OF_A_USER));
      try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
        URI address = first.address();
        List<OpenRun> runs = begin(first);
        List<Hook> hooks = Stream.generate(backEnd::hook).limit(runs.size()).toList();
        assertThat(hooks.stream().map(Hook::run))
            .containsExactlyInAnyOrderElementsOf(runs.stream().map(OpenRun::id).toList());
        assertThat(
                Parallel.map(CALLERS, hooks, hook -> add(address, hook, 0, said("one ")).status()))
            .containsOnly(200);
        first.kill();
        long begin = System.nanoTime();
        try (ChildGateway next = first.restart(settings)) {
          report("start with " + RUNS + " open runs", begin);
          goOn(next.address(), hooks, begin);
          Parallel.map(4, List.copyOf(tokens.keySet()), user -> judge(address, user, runs));
        }
        assertThat(backEnd.untaken()).as("hooks that were sent again").isZero();
      }
    }
  }

  private List<OpenRun> begin(ChildGateway gateway) throws InterruptedException {
    List<String> users =
        IntStream.range(0, RUNS / RUNS_OF_A_USER).mapToObj(each -> "user-" + each).toList();
    users.forEach(user -> tokens.put(user, gateway.token(user)));
    URI address = gateway.address();
    return Parallel.map(4, users, user -> begin(address, user)).stream()
        .flatMap(List::stream)
        .toList();
  }

  private List<OpenRun> begin(URI gateway, String user) {
    try (WsClient client = WsClient.open(gateway, requireNonNull(tokens.get(user)))) {
      return IntStream.range(0, RUNS_OF_A_USER)
          .mapToObj(each -> "t" + each)
          .map(
              thread ->
                  new OpenRun(
                      user,
                      thread,
                      client
                          .ask(Commands.startAgent("c-" + thread, thread, "pushed", "go"))
                          .runId()))
          .toList();
    }
  }

  /** The back end sends its last call again, as it may after an error, and then the rest. */
  private static void goOn(URI gateway, List<Hook> hooks, long begin) throws InterruptedException {
    assertThat(Parallel.map(CALLERS, hooks, hook -> insist(gateway, hook, 0, said("never "))))
        .containsOnly(204);
    report(RUNS + " runs resumed", begin);
    assertThat(Parallel.map(CALLERS, hooks, hook -> insist(gateway, hook, 1, said("two"), end())))
        .containsOnly(200);
  }

  private static void report(String what, long sinceNanos) {
    Figures.report(what, (System.nanoTime() - sinceNanos) / 1e6, "ms");
  }

  private boolean judge(URI gateway, String user, List<OpenRun> runs) {
    try (WsClient client = WsClient.open(gateway, requireNonNull(tokens.get(user)))) {
      for (OpenRun run : runs) {
        if (run.user().equals(user)) {
          judge(client, run);
        }
      }
    }
    return true;
  }

  private static void judge(WsClient client, OpenRun run) {
    ThreadReader reader = client.readAll(run.thread());
    Received last = client.awaitEnd(run.id());
    assertThat(last.type()).isEqualTo("agent_completed");
    assertThat(last.text("text")).isEqualTo("one two");
    StringBuilder shown = new StringBuilder();
    long seq = 0;
    for (Received event : reader.events()) {
      assertThat(event.firstSeq()).isEqualTo(seq + 1);
      seq = event.seq();
      shown.append(event.type().equals("agent_message") ? event.text("delta") : "");
    }
    assertThat(shown).hasToString("one two");
    // The message, the start, two pieces and the end.
    assertThat(seq).isEqualTo(5);
    assertThat(reader.openRuns()).isZero();
  }
}
