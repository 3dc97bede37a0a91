package dev.parley.gateway.tests.promises;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.hook.HookSignature;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.WsClient;
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

  private ScriptedService receiver;

  @Override
  protected Map<String, String> settings() {
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
        Map.entry("agents.bad.type", "bad"),
        Map.entry("limits.burst", "1000"));
  }

  @AfterClass(alwaysRun = true)
  public void stopReceiver() {
    receiver.close();
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
