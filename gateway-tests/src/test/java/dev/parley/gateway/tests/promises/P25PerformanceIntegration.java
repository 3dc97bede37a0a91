package dev.parley.gateway.tests.promises;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.hook.HookSignature;
import dev.parley.gateway.log.embedded.FrozenDisk;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.LogLines;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawFrame;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StuckLog;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** Promise 25: what is too slow or fails raises an alert once, and clears it once. */
@BusinessValue(
    segment = "operators",
    goal = "Reliability",
    valueImpact = "Somebody is woken once when it matters, and told once when it is over",
    strategicImpact = "Nobody learns to ignore alerts, so a real one is acted on")
@Test(groups = {"performance", "business_value"})
public class P25PerformanceIntegration extends GatewayTest {
  private static final String KEY = "a key of the tests, of 24 bytes or more";

  /** More than the buffers of a socket hold. */
  private static final int MESSAGES = 1_000;

  private static final int SIZE = 6_000;
  private static final int RECEIVE_BUFFER = 64 * 1024;
  private static final Duration STALL = Duration.ofMillis(200);

  private ScriptedService receiver;
  private ScriptedService service;

  @Override
  protected Map<String, String> settings() {
    service = ScriptedService.of(P25PerformanceIntegration::answerLate);
    receiver = ScriptedService.answering(ScriptedService.answer(200, "Connection: close\r\n", ""));
    return Map.ofEntries(
        Map.entry("alerts.url", receiver.uri("/alerts").toString()),
        Map.entry("alerts.secret", KEY),
        Map.entry("alerts.clear_after", "0ms"),
        Map.entry("alerts.heap", "1024GiB"),
        Map.entry("alerts.disk", "100"),
        Map.entry("agents.slow.type", "builtin"),
        Map.entry("agents.slow.pace", "50ms"),
        Map.entry("sla.slow-agent.stage", "run"),
        Map.entry("sla.slow-agent.threshold", "40ms"),
        Map.entry("sla.slow-agent.window", "1s"),
        Map.entry("sla.slow-agent.min_count", "1"),
        Map.entry("agents.remote.type", "openai"),
        Map.entry("agents.remote.model", "m"),
        Map.entry("agents.remote.url", service.uri("/v1").toString()),
        Map.entry("sla.slow-service.stage", "upstream_first_byte"),
        Map.entry("sla.slow-service.threshold", "100ms"),
        Map.entry("sla.slow-service.window", "1s"),
        Map.entry("sla.slow-service.min_count", "1"),
        Map.entry("agents.bad.type", "bad"),
        Map.entry("limits.burst", "1000"));
  }

  @AfterClass(alwaysRun = true)
  public void stopReceiver() {
    receiver.close();
    service.close();
  }

  /** A stall lasts by the clock: nothing else ends it. */
  private static void stall() {
    long end = System.nanoTime() + STALL.toNanos();
    await().until(() -> System.nanoTime() - end >= 0);
  }

  private static void answerLate(Dialogue dialogue) throws IOException {
    dialogue.readRequest();
    stall();
    dialogue.beginStream();
    dialogue.chunk(
        "data: {\"choices\":[{\"delta\":{\"content\":\"late\"},\"finish_reason\":\"stop\"}]}\n\n");
    dialogue.chunk("data: [DONE]\n\n");
    dialogue.endStream();
  }

  /** The hooks of this alert that have come, in their order. */
  private List<JsonNode> hooks(String alert) {
    List<JsonNode> hooks = new ArrayList<>();
    for (Dialogue dialogue : receiver.dialogues()) {
      JsonNode hook = Json.parse(dialogue.body());
      if (hook.path("alert").asText().equals(alert)) {
        checkSignature(dialogue);
        hooks.add(hook);
      }
    }
    return hooks;
  }

  private static void checkSignature(Dialogue hook) {
    Instant at = Instant.ofEpochSecond(Long.parseLong(hook.header("webhook-timestamp")));
    byte[] body = hook.body().getBytes(UTF_8);
    assertThat(hook.header("webhook-signature"))
        .isEqualTo(
            new HookSignature(List.of(Secret.of(KEY)))
                .headers(hook.header("webhook-id"), at, body)
                .get("webhook-signature"));
  }

  private void awaitHooks(String alert, String... types) {
    await()
        .atMost(Bounds.TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(hooks(alert))
                    .extracting(hook -> hook.path("type").asText())
                    .containsExactly(types));
  }

  private double firing(String alert) {
    return Exposition.of(gateway).sum("parley_alert_firing", "alert", alert);
  }

  private void run(WsClient client, String agent, String input) {
    client.awaitEnd(client.ask(Commands.startAgent(WsClient.newId(), "t1", agent, input)).runId());
  }

  public void aSlowAgentRaisesOneAlertThatNamesTheStageAndClears() {
    WsClient client = connect(ada);
    run(client, "slow", "hello");
    awaitHooks("sla.slow-agent", "alert.fired", "alert.cleared");
    JsonNode fired = hooks("sla.slow-agent").get(0);
    assertThat(fired.path("message").asText()).contains("run took longer than 40 ms");
    assertThat(fired.path("value").asDouble()).isGreaterThan(1);
    assertThat(hooks("sla.slow-agent").get(1).path("fired_at")).isEqualTo(fired.path("fired_at"));
    run(client, "slow", "hello again");
    awaitHooks("sla.slow-agent", "alert.fired", "alert.cleared", "alert.fired", "alert.cleared");
  }

  public void aSlowServiceRaisesAnAlertThatNamesItsStageAndClears() {
    run(connect(ada), "remote", "hello");
    awaitHooks("sla.slow-service", "alert.fired", "alert.cleared");
    assertThat(hooks("sla.slow-service").get(0).path("message").asText())
        .contains("upstream_first_byte took longer than 100 ms");
  }

  @Test(groups = "privileged")
  public void aDiskThatStallsRaisesAlertsThatNameItsStageAndClear() throws IOException {
    FrozenDisk disk = closing(FrozenDisk.mount());
    RunningGateway own =
        another(
            Map.of(
                "store.type", "embedded",
                "store.path", disk.path().toString(),
                "store.min_free", "0",
                "alerts.store_write", "200ms",
                "sla.slow-disk.stage", "store_write",
                "sla.slow-disk.threshold", "100ms",
                "sla.slow-disk.window", "1s",
                "sla.slow-disk.min_count", "1"));
    WsClient client = closing(own.connect(ada));
    Tally.fault();
    disk.freeze();
    try {
      client.sendValid(Commands.chat("c1", "t1", "waits for the disk"));
      awaitHooks("store_write", "alert.fired");
    } finally {
      disk.thaw();
    }
    assertThat(client.answer("c1").type()).isEqualTo("accepted");
    awaitHooks("store_write", "alert.fired", "alert.cleared");
    assertThat(hooks("store_write").get(0).path("message").asText())
        .startsWith("store_write that has not ended: ")
        .endsWith(" s (expected: at most 0.2 s)");
    awaitHooks("sla.slow-disk", "alert.fired", "alert.cleared");
    assertThat(hooks("sla.slow-disk").get(0).path("message").asText())
        .contains("store_write took longer than 100 ms");
  }

  public void aBlockedLoopRaisesAnAlertThatNamesItsStageAndClears() {
    RunningGateway own =
        another(
            Map.of(
                "server.loops", "1",
                "alerts.loop_delay", "200ms",
                "sla.slow-agent.threshold", "1h"));
    WsClient client = closing(own.connect(ada));
    try (LogLines lines = new LogLines("dev.parley.gateway.alert.AlertWatch")) {
      try (StuckLog stuck = new StuckLog("dev.parley.gateway.user.run.Run")) {
        client.sendValid(Commands.startAgent("c1", "t1", "bad", "throw"));
        stuck.awaitLine();
        awaitHooks("loop_delay", "alert.fired");
        assertThat(lines.with("alert loop_delay: ").get(0))
            .containsPattern("\nloop-[0-9-]+ is WAITING\n")
            .contains(StuckLog.class.getName() + ".append");
      }
      awaitHooks("loop_delay", "alert.fired", "alert.cleared");
      assertThat(lines.with("alert loop_delay: ")).hasSize(1);
    }
    assertThat(hooks("loop_delay").get(0).path("message").asText())
        .startsWith("loop_delay that has not ended: ")
        .endsWith(" s (expected: at most 0.2 s)");
  }

  public void socketsThatTakeNothingRaiseAnAlertThatClears() {
    RunningGateway own =
        another(
            Map.of(
                "alerts.slow_socket_age", "1s",
                "alerts.slow_socket_count", "1",
                "limits.commands_per_minute", "1000000",
                "limits.bytes_per_second", "64MiB",
                "limits.burst", "100000",
                "limits.frames_burst", "100000",
                "server.stall_timeout", "10m"));
    try (WsClient writer = own.connect(ada)) {
      for (int i = 1; i <= MESSAGES; i++) {
        writer.sendValid(Commands.chat("c" + i, "t1", "x".repeat(SIZE)));
      }
      writer.answer("c" + MESSAGES);
    }
    RawClient slow =
        closing(RawClient.upgraded(own.address(), own.tokens().of(ada), RECEIVE_BUFFER));
    Tally.fault();
    slow.sendText(Commands.subscribeAll("s1", "t1").toString());
    awaitHooks("slow_sockets", "alert.fired");
    assertThat(hooks("slow_sockets").get(0).path("message").asText())
        .isEqualTo(
            "connections whose socket has taken nothing for 1 s: 100.0 % (expected: at most"
                + " 20.0 %)");
    long seq = 0;
    while (seq < MESSAGES) {
      RawFrame frame = slow.readFrame();
      seq = frame.opcode() == 1 ? Json.parse(frame.text()).path("seq").asLong(seq) : seq;
    }
    awaitHooks("slow_sockets", "alert.fired", "alert.cleared");
  }

  public void anAgentThatFailsOftenRaisesAnAlertOfItsName() {
    WsClient client = connect(ada);
    for (int i = 0; i < 10; i++) {
      run(client, "bad", "throw");
    }
    awaitHooks("agent.bad", "alert.fired");
    assertThat(hooks("agent.bad").get(0).path("message").asText())
        .startsWith("100.00 % of 10: runs of bad failed");
    assertThat(firing("agent.bad")).isOne();
    assertThat(firing("agent.builtin")).isZero();
  }
}
