package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.monitor.MetricFamily;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.support.WsClient.TokenBy;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What {@code /metrics} tells is what clients did, for operators only. */
@Test(groups = {"performance", "security"})
public class MetricsOverHttpTest {
  private static final Path MANUAL = Path.of("../docs/operations.md");
  private static final int HOSTILE = 30;

  private RunningGateway gateway;

  @BeforeMethod(alwaysRun = true)
  public void start() {
    gateway =
        RunningGateway.start(
            Map.of("store.type", "embedded", "limits.burst", "1000", "agents.bad.type", "bad"));
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    gateway.close();
  }

  private WsClient connect(String user, String tier) {
    return WsClient.open(gateway.address(), gateway.tokens().ofTier(user, tier));
  }

  public void connectionsAreCountedByTierAndReason() {
    try (WsClient ada = connect("ada", "mid");
        WsClient bob = connect("bob", "mid")) {
      connect("cleo", "free").close();
      gateway.awaitConnections(2);
      Exposition seen = Exposition.of(gateway);
      assertThat(seen.sum("parley_connections", "tier", "mid")).isEqualTo(2);
      assertThat(seen.sum("parley_connections", "tier", "free")).isZero();
      assertThat(seen.sum("parley_connections_opened_total", "tier", "mid")).isEqualTo(2);
      assertThat(seen.sum("parley_connections_opened_total", "tier", "free")).isEqualTo(1);
      assertThat(seen.sum("parley_connections_closed_total", "reason", "peer")).isEqualTo(1);
      assertThat(seen.sum("parley_connections_closed_total")).isEqualTo(1);
      bob.sendBinary(new byte[1]);
      bob.awaitClose();
      gateway.awaitConnections(1);
      assertThat(
              Exposition.of(gateway).sum("parley_connections_closed_total", "reason", "not_text"))
          .isEqualTo(1);
      ada.barrier();
    }
  }

  public void commandsAndRunsAreCounted() {
    try (WsClient ada = connect("ada", "mid")) {
      ada.ask(Commands.chat("c1", "t1", "hello"));
      ada.ask(Commands.chat("c2", "t1", "hello"));
      ada.ask(Commands.ping("p1"));
      ada.ask(Commands.startAgent("s1", "t2", "nobody", "hello"));
      ada.send("{\"type\":\"shout\",\"id\":\"x1\"}");
      ada.await("rejected");
      ada.runToEnd("t3", "hello");
      HttpCaller http = new HttpCaller(gateway.address(), gateway.tokens().of("bob"));
      http.command(Commands.chat("c1", "t1", "hello"));
      http.command("{");
      gateway.awaitCount(1, "parley_runs_ended_total");
      Exposition seen = Exposition.of(gateway);
      assertThat(seen.sum("parley_commands_total", "type", "chat")).isEqualTo(3);
      assertThat(seen.sum("parley_commands_total", "type", "ping")).isEqualTo(1);
      assertThat(seen.sum("parley_commands_total", "type", "user_message")).isEqualTo(1);
      assertThat(seen.sum("parley_commands_total", "type", "start_agent")).isEqualTo(1);
      assertThat(seen.sum("parley_commands_refused_total", "code", "unsupported_type"))
          .isEqualTo(1);
      assertThat(seen.sum("parley_commands_refused_total")).isEqualTo(3);
      assertThat(seen.sum("parley_runs_started_total", "agent", "builtin")).isEqualTo(1);
      assertThat(seen.sum("parley_runs_ended_total", "agent", "builtin", "state", "completed"))
          .isEqualTo(1);
      assertThat(seen.sum("parley_runs")).isZero();
      assertThat(seen.sum("parley_users_entered_total")).isGreaterThanOrEqualTo(2);
    }
  }

  public void eachStageIsMeasuredOnceForEachThingThatPassesIt() {
    try (WsClient writer = connect("ada", "mid");
        WsClient reader =
            WsClient.open(
                gateway.address(), gateway.tokens().ofTier("ada", "mid"), TokenBy.FIRST_FRAME)) {
      reader.readAll("t1");
      writer.ask(Commands.chat("c1", "t1", "0"));
      writer.await("caught_up", "t1");
      for (int i = 2; i <= 6; i++) {
        writer.ask(Commands.chat("c" + i, "t1", "hello"));
        writer.await("message_added", "t1");
        reader.await("message_added", "t1");
      }
      reader.await("message_added", "t1");
      writer.runToEnd("t2", "hello");
      gateway.awaitCount(1, "parley_runs_ended_total");
      try (WsClient late = connect("ada", "mid")) {
        late.readAll("t1");
      }
      gateway.awaitConnections(2);
      Exposition seen = Exposition.of(gateway);
      assertThat(count(seen, "handshake", "tier", "mid")).isEqualTo(3);
      assertThat(count(seen, "accept", "tier", "mid")).isEqualTo(7);
      assertThat(count(seen, "first_event", "tier", "mid", "agent", "builtin")).isEqualTo(1);
      assertThat(count(seen, "run", "tier", "mid", "agent", "builtin")).isEqualTo(1);
      // Both had missed the first event of a thread, and one of them two threads.
      assertThat(count(seen, "resume", "tier", "mid")).isEqualTo(3);
      // Each of six messages for the reader, and five for the writer; and a run for the writer.
      assertThat(count(seen, "delivery", "tier", "mid")).isGreaterThan(11);
      assertThat(count(seen, "commit")).isGreaterThan(8);
      assertThat(seen.sum("parley_events_appended_total")).isEqualTo((double) headsOf("ada"));
      assertThat(count(seen, "store_write")).isBetween(1.0, count(seen, "commit") + 10);
      assertThat(seen.sum("parley_run_seconds_sum"))
          .isGreaterThan(seen.sum("parley_first_event_seconds_sum"));
    }
  }

  private static double count(Exposition seen, String stage, String... labels) {
    return seen.sum("parley_" + stage + "_seconds_count", labels);
  }

  /** The events of all threads of a user. */
  private long headsOf(String user) {
    HttpCaller http = new HttpCaller(gateway.address(), gateway.tokens().of(user));
    long sum = 0;
    for (JsonNode thread : http.get("/v1/threads").json().path("threads")) {
      sum += thread.path("head").asLong();
    }
    return sum;
  }

  public void theDelayOfEachLoopIsMeasured() {
    int loops = Runtime.getRuntime().availableProcessors();
    await()
        .atMost(Bounds.TIMEOUT)
        .untilAsserted(
            () -> {
              Exposition seen = Exposition.of(gateway);
              for (int i = 0; i < loops; i++) {
                assertThat(count(seen, "loop_delay", "loop", Integer.toString(i))).isPositive();
              }
              assertThat(seen.sum("parley_loop_delay_highest_seconds")).isPositive();
            });
  }

  public void failedRunsAreCountedByCodeAndAnswersByStatus() {
    try (WsClient ada = connect("ada", "mid")) {
      String run = ada.ask(Commands.startAgent("s1", "t1", "bad", "throw")).runId();
      ada.awaitEnd(run);
      gateway.awaitCount(1, "parley_runs_ended_total", "state", "failed");
      HttpCaller http = new HttpCaller(gateway.address(), gateway.tokens().of("ada"));
      http.get("/v1/threads");
      http.get("/v1/nothing");
      Exposition seen = Exposition.of(gateway);
      assertThat(seen.sum("parley_runs_failed_total", "agent", "bad", "code", "agent_error"))
          .isEqualTo(1);
      assertThat(seen.sum("parley_http_answers_total", "status", "200")).isEqualTo(1);
      assertThat(seen.sum("parley_http_answers_total", "status", "404")).isEqualTo(1);
      assertThat(seen.sum("parley_sockets")).isGreaterThanOrEqualTo(2);
    }
  }

  public void theStoreAndTheMemoryOfTheProcessAreShown() {
    Exposition seen = Exposition.of(gateway);
    assertThat(seen.sum("jvm_memory_used_bytes", "area", "heap")).isPositive();
    assertThat(seen.sum("jvm_threads_live_threads")).isPositive();
    assertThat(seen.families()).containsKeys("jvm_buffer_memory_used_bytes", "process_cpu_usage");
    assertThat(seen.sum("process_cpu_seconds_total")).isPositive();
    assertThat(seen.families().keySet())
        .noneMatch(name -> name.contains("_ns_") || name.endsWith("_count"));
    assertThat(seen.sum("parley_netty_direct_bytes")).isPositive();
    assertThat(seen.sum("parley_store_memory_bytes")).isPositive();
    assertThat(seen.sum("parley_store_disk_free_bytes")).isGreaterThan(1 << 20);
    assertThat(seen.sum("parley_store_write_stopped")).isZero();
  }

  public void refusedHandshakesAreCountedByStatus() {
    try (RawClient raw = RawClient.open(gateway.address())) {
      assertThat(raw.request(RawClient.upgrade("Authorization: Bearer x")).status()).isEqualTo(401);
    }
    assertThat(Exposition.of(gateway).sum("parley_handshakes_refused_total", "status", "401"))
        .isEqualTo(1);
  }

  public void noNameOfAClientBecomesALabel() {
    hostile("first");
    long before = Exposition.of(gateway).size("parley_");
    for (int i = 0; i < HOSTILE; i++) {
      hostile("evil" + i);
    }
    Exposition seen = Exposition.of(gateway);
    // A few series may come with what happens by itself, but none for each name.
    assertThat(seen.size("parley_")).isLessThan(before + HOSTILE / 2);
    assertThat(seen.labelValues()).noneMatch(value -> value.contains("evil"));
    assertThat(seen.sum("parley_connections_opened_total", "tier", "early")).isEqualTo(HOSTILE + 1);
  }

  private void hostile(String name) {
    try (WsClient client = connect(name, name)) {
      client.ask(Commands.startAgent("s1", name, name, name));
      client.send("{\"type\":\"" + name + "\",\"id\":\"x1\"}");
      client.answer("x1");
      client.runToEnd(name, name);
    }
    gateway.awaitNoConnection();
  }

  public void onlyAnOperatorReadsMetrics() {
    for (String token :
        List.of("", gateway.tokens().of("ada"), gateway.tokens().withScope("ada", "admin"))) {
      HttpCaller.HttpAnswer answer = new HttpCaller(gateway.address(), token).get("/metrics");
      assertThat(answer.status()).isEqualTo(token.isEmpty() ? 401 : 403);
    }
  }

  public void theFormIsTheOneThatIsAskedFor() {
    HttpResponse<String> text = Exposition.get(gateway, "text/plain;version=0.0.4");
    assertThat(text.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    HttpResponse<String> open =
        Exposition.get(gateway, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assertThat(open.headers().firstValue("content-type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.body()).endsWith("# EOF\n").doesNotContain("_created");
    HttpResponse<String> binary =
        Exposition.get(gateway, "application/vnd.google.protobuf;encoding=delimited");
    assertThat(binary.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  /** The table of the manual is made of these lines. */
  public void theManualHasExactlyTheMetricsThatThereAre() throws IOException {
    String table =
        gateway.metrics().families().stream()
            .map(MetricsOverHttpTest::line)
            .collect(Collectors.joining("\n"));
    List<String> lines =
        Files.readAllLines(MANUAL).stream().filter(line -> line.startsWith("| `parley_")).toList();
    assertThat(String.join("\n", lines)).isEqualTo(table);
  }

  private static String line(MetricFamily family) {
    String labels =
        family.labels().isEmpty()
            ? "none"
            : family.labels().stream()
                .map(label -> "`" + label + "`")
                .collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s |"
        .formatted(family.name(), family.kind().wire(), labels, family.help());
  }

  public void everyMetricThatIsExposedIsInTheManual() throws IOException {
    try (WsClient ada = connect("ada", "mid")) {
      ada.runToEnd("t1", "hello");
      String manual = Files.readString(MANUAL);
      Map<String, Exposition.Family> exposed = Exposition.of(gateway).families();
      for (MetricFamily family : gateway.metrics().families()) {
        Exposition.Family seen = exposed.get(family.name());
        if (seen != null) {
          assertThat(seen.type()).as(family.name()).isEqualTo(family.kind().wire());
          assertThat(seen.samples().get(0).labels().keySet())
              .as(family.name())
              .containsAll(family.labels());
        }
      }
      assertThat(exposed.keySet())
          .allMatch(
              name ->
                  manual.contains("| `" + name + "` |") || name.matches("(jvm|process|system)_.*"));
    }
  }
}
