package dev.parley.gateway.tests.promises;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * Promise 11: what {@code /metrics} says is what a load generator did and saw. The agent is a
 * service behind HTTP that takes as long as it is asked to, and measures itself: a run lasts at
 * least as long as its service needs, and at most as long as its client waits.
 */
@BusinessValue(
    segment = "operators",
    goal = "Reliability",
    valueImpact = "Whoever runs the gateway knows how fast it is for its users, and sees no lie",
    strategicImpact = "Objectives are judged by the same figures that the dashboard shows")
@Test(groups = {"performance", "business_value"})
public class P11PerformanceMonitor extends GatewayTest {
  private static final List<String> TIERS = List.of("free", "early", "mid");
  private static final String AGENT = "timed";
  private static final String RUN = "parley_run_seconds";
  private static final double NANOS = 1e9;

  /** What a latency of the gateway may differ by from the duration that was recorded. */
  private static final double PRECISION = 0.01;

  /** The share that may be slow: the rest of 80 percent. */
  private static final double BUDGET = 0.2;

  /** More than may go wrong in a minute without an alert. */
  private static final int REFUSED = 6;

  private final Queue<Double> served = new ConcurrentLinkedQueue<>();
  private final Queue<Double> waited = new ConcurrentLinkedQueue<>();
  private ScriptedService receiver;
  private Exposition before;

  @Override
  protected Map<String, String> settings() {
    ScriptedService agent = keeping(ScriptedService.of(this::serve));
    receiver =
        keeping(
            ScriptedService.answering(ScriptedService.answer(200, "Connection: close\r\n", "")));
    return Map.ofEntries(
        Map.entry("agents." + AGENT + ".type", "agui"),
        Map.entry("agents." + AGENT + ".url", agent.uri().toString()),
        Map.entry("limits.burst", "1000"),
        Map.entry("alerts.url", receiver.uri("/alerts").toString()),
        Map.entry("alerts.secret", "a key of the tests, of 24 bytes or more"),
        Map.entry("alerts.heap", "1024GiB"),
        Map.entry("alerts.disk", "100"),
        Map.entry("sla.slow-enterprise.stage", "run"),
        Map.entry("sla.slow-enterprise.tier", "enterprise"),
        Map.entry("sla.slow-enterprise.threshold", "500ms"),
        Map.entry("sla.slow-enterprise.percentile", "80"),
        Map.entry("sla.slow-enterprise.min_count", "10"),
        Map.entry("sla.patient.stage", "run"),
        Map.entry("sla.patient.threshold", "1h"),
        Map.entry("sla.patient.min_count", "1"));
  }

  /** Answers when the milliseconds that the message names have passed. */
  private void serve(Dialogue to) throws Exception {
    long begin = System.nanoTime();
    to.readRequest();
    JsonNode messages = Json.parse(to.body()).path("messages");
    String asked = messages.path(messages.size() - 1).path("content").asText();
    long end = begin + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(asked));
    to.beginStream();
    to.chunk("data: " + Json.object().put("type", "RUN_STARTED") + "\n\n");
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    served.add((System.nanoTime() - begin) / NANOS);
    to.chunk("data: " + Json.object().put("type", "RUN_FINISHED") + "\n\n");
    to.endStream();
  }

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    gateway.awaitNoConnection();
    served.clear();
    waited.clear();
    before = Exposition.of(gateway);
  }

  /** How much the samples of this name with these labels have grown in this test. */
  private long grown(String sample, String... labels) {
    return Math.round(Exposition.of(gateway).sum(sample, labels) - before.sum(sample, labels));
  }

  /** What one client of the load has seen until it left. */
  private record Seen(String tier, boolean isCut, List<Received> frames) {
    long of(String type) {
      return frames.stream().filter(frame -> frame.type().equals(type)).count();
    }
  }

  public void theCountsEqualThoseOfTheLoadGenerator() throws Exception {
    List<Integer> numbers = IntStream.range(0, 60).boxed().toList();
    List<Seen> all = Parallel.map(6, numbers, this::load);
    gateway.awaitNoConnection();
    for (String tier : TIERS) {
      List<Seen> of = all.stream().filter(seen -> seen.tier().equals(tier)).toList();
      assertThat(grown("parley_connections_opened_total", "tier", tier)).isEqualTo(of.size());
      assertThat(grown("parley_handshake_seconds_count", "tier", tier)).isEqualTo(of.size());
      assertThat(grown("parley_accept_seconds_count", "tier", tier)).isEqualTo(sum(of, "accepted"));
      assertThat(grown(RUN + "_count", "tier", tier, "agent", "builtin"))
          .isEqualTo(sum(of, "agent_completed"));
      assertThat(Exposition.of(gateway).sum("parley_connections", "tier", tier)).isZero();
    }
    long cut = all.stream().filter(Seen::isCut).count();
    assertThat(grown("parley_connections_closed_total", "reason", "lost")).isEqualTo(cut);
    assertThat(grown("parley_connections_closed_total", "reason", "peer"))
        .isEqualTo(all.size() - cut);
    assertThat(grown("parley_commands_total", "type", "ping")).isEqualTo(sum(all, "pong"));
    assertThat(grown("parley_commands_refused_total")).isEqualTo(sum(all, "rejected"));
    assertThat(grown("parley_commands_refused_total", "code", "not_found"))
        .isEqualTo(sum(all, "rejected"));
    assertThat(grown("parley_runs_started_total", "agent", "builtin"))
        .isEqualTo(sum(all, "agent_started"));
    assertThat(grown("parley_runs_ended_total", "state", "completed"))
        .isEqualTo(sum(all, "agent_completed"));
    assertThat(grown("parley_events_appended_total")).isEqualTo(heads(all));
    Figures.report("connections, exactly as counted", all.size(), "");
    Figures.report("accepted commands, exactly as counted", (double) sum(all, "accepted"), "");
    Figures.report("events, exactly as counted", (double) heads(all), "");
  }

  private Seen load(int number) {
    String tier = TIERS.get(number % TIERS.size());
    String token = gateway.tokens().ofTier(ada + "-" + number, tier);
    WsClient client = WsClient.open(gateway.address(), token);
    for (int i = 0; i <= number % 7; i++) {
      client.ask(Commands.chat("c" + i, "t1", "hello"));
      client.ask(Commands.ping("p" + i));
    }
    client.ask(Commands.cancelRun("x1", "r_0000000000000000000000"));
    client.runToEnd("t2", "what is 6*7?");
    client.readAll("t1");
    boolean isCut = number % 4 == 0;
    if (isCut) {
      client.cut();
    } else {
      client.close();
    }
    return new Seen(tier, isCut, client.received());
  }

  private static long sum(List<Seen> all, String type) {
    return all.stream().mapToLong(seen -> seen.of(type)).sum();
  }

  /** The events that the log has of all these users: each seq of each thread, once. */
  private static long heads(List<Seen> all) {
    long sum = 0;
    for (Seen seen : all) {
      Map<String, Long> heads = new HashMap<>();
      seen.frames().stream()
          .filter(Received::isEvent)
          .forEach(event -> heads.merge(event.thread(), event.seq(), Math::max));
      sum += heads.values().stream().mapToLong(Long::longValue).sum();
    }
    return sum;
  }

  public void thePercentilesOfRunsAreThoseThatTheServiceAndTheClientsMeasured() throws Exception {
    List<Integer> millis = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      millis.add(i < 40 ? 300 : i < 57 ? 600 : 1200);
    }
    Parallel.map(millis.size(), millis, each -> run(WsClient.newId(), "mid", each));
    List<Bucket> buckets = buckets("mid");
    assertThat(buckets.get(buckets.size() - 1).count()).isEqualTo(millis.size());
    for (Bucket bucket : buckets) {
      assertThat(bucket.count())
          .as("runs of at most %s s", bucket.bound())
          .isBetween(
              upTo(waited, bucket.bound() * (1 - PRECISION)),
              upTo(served, bucket.bound() * (1 + PRECISION)));
    }
    for (int percent : List.of(50, 90, 99)) {
      int rank = (percent * millis.size() + 99) / 100;
      double least = served.stream().sorted().toList().get(rank - 1);
      int distance = indexOf(buckets, rank) - indexOf(buckets, least);
      Figures.report("p" + percent + " of the runs at the service", least * 1000, "ms");
      Figures.report("p" + percent + ", buckets apart at /metrics", distance, "");
    }
  }

  /** A cumulative bucket of the exposition, without what was counted before the test. */
  private record Bucket(double bound, long count) {}

  private List<Bucket> buckets(String tier) {
    List<Bucket> buckets = new ArrayList<>();
    String name = RUN + "_bucket";
    for (Exposition.Sample sample : samples(Exposition.of(gateway), RUN)) {
      Map<String, String> labels = sample.labels();
      String le = labels.getOrDefault("le", "");
      if (!le.isEmpty() && tier.equals(labels.get("tier")) && AGENT.equals(labels.get("agent"))) {
        double earlier = before.sum(name, "tier", tier, "agent", AGENT, "le", le);
        double bound = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
        buckets.add(new Bucket(bound, Math.round(sample.value() - earlier)));
      }
    }
    return buckets;
  }

  private static List<Exposition.Sample> samples(Exposition seen, String family) {
    return Objects.requireNonNull(seen.families().get(family), family).samples();
  }

  private static long upTo(Queue<Double> seconds, double bound) {
    return seconds.stream().filter(each -> each <= bound).count();
  }

  /** The bucket in which the run of this rank is. */
  private static int indexOf(List<Bucket> buckets, int rank) {
    return (int) buckets.stream().filter(bucket -> bucket.count() < rank).count();
  }

  private static int indexOf(List<Bucket> buckets, double seconds) {
    return (int) buckets.stream().filter(bucket -> bucket.bound() < seconds).count();
  }

  private boolean run(String user, String tier, int millis) {
    String token = gateway.tokens().ofTier(user, tier);
    try (WsClient client = WsClient.open(gateway.address(), token)) {
      long begin = System.nanoTime();
      Received accepted = client.ask(Commands.startAgent("c1", "t1", AGENT, "" + millis));
      client.awaitEnd(accepted.runId());
      waited.add((System.nanoTime() - begin) / NANOS);
    }
    return true;
  }

  public void anObjectiveIsJudgedByTheRunsOfItsTierAndItsAlertSaysWhatTheLoadSaw()
      throws Exception {
    List<Integer> millis = List.of(0, 0, 0, 0, 0, 0, 700, 700, 700, 700);
    Parallel.map(4, millis, each -> run(WsClient.newId(), "enterprise", each));
    run(WsClient.newId(), "free", 700);
    await().untilAsserted(() -> assertThat(hooks()).hasSize(1));
    JsonNode fired = hooks().get(0);
    assertThat(fired.path("alert").asText()).isEqualTo("sla.slow-enterprise");
    assertThat(fired.path("type").asText()).isEqualTo("alert.fired");
    long slow = Math.round(fired.path("value").asDouble() * BUDGET * millis.size());
    assertThat(slow).isBetween(4L, millis.size() - upTo(waited, 0.5 * (1 - PRECISION)));
    Exposition seen = Exposition.of(gateway);
    assertThat(seen.sum("parley_alert_firing", "alert", "sla.slow-enterprise")).isOne();
    assertThat(seen.sum("parley_alert_firing")).isOne();
    assertThat(samples(seen, "parley_alert_firing"))
        .extracting(each -> each.labels().get("alert"))
        .contains("sla.message", "sla.patient", "connection_errors", "heap", "disk");
  }

  private List<JsonNode> hooks() {
    return receiver.dialogues().stream().map(hook -> Json.parse(hook.body())).toList();
  }

  public void refusedConnectionsAreCountedAndRaiseAnAlertAboveTheirLimit() {
    RunningGateway full = another(Map.of("limits.connections", "1"));
    WsClient only = closing(full.connect(ada));
    for (int i = 0; i < REFUSED; i++) {
      try (RawClient raw = RawClient.open(full.address())) {
        String token = full.tokens().of(bob);
        assertThat(raw.request(RawClient.upgrade("Authorization: Bearer " + token)).status())
            .isEqualTo(503);
      }
    }
    only.close();
    full.awaitCount(REFUSED, "parley_handshakes_refused_total", "status", "503");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Exposition.of(full)
                            .sum("parley_alert_firing", "alert", "connection_errors"))
                    .isOne());
  }
}
