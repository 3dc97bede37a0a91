package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HookCheck;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/**
 * A run whose end nobody acknowledges is told by one web hook, to a real receiver. What is not told
 * is known by a later end that is.
 */
@Test(groups = {"error_recovery", "multi_user"})
public class TellAbsentTest extends GatewayTest {
  private static final String KEY = "a key of the tests, of 24 bytes or more";

  private ScriptedService receiver;

  @Override
  protected Map<String, String> settings() {
    receiver = ScriptedService.answering(ScriptedService.answer(204, "Connection: close\r\n", ""));
    return Map.of(
        "notify.url", receiver.uri("/told").toString(),
        "notify.secret", KEY,
        "notify.after", "4s",
        "notify.agents", "builtin,bad",
        "agents.bad.type", "bad",
        "agents.quiet.type", "builtin");
  }

  @AfterClass(alwaysRun = true)
  public void stopReceiver() {
    receiver.close();
  }

  private List<Dialogue> hooksOf(String user) {
    return receiver.dialogues().stream()
        .filter(hook -> Json.parse(hook.body()).path("user_id").asText().equals(user))
        .toList();
  }

  private List<JsonNode> awaitHooks(String user, int count) {
    await().atMost(Bounds.TIMEOUT).until(() -> hooksOf(user).size() >= count);
    List<Dialogue> hooks = hooksOf(user);
    assertThat(hooks).hasSize(count);
    hooks.forEach(hook -> HookCheck.check(hook, KEY));
    return hooks.stream().map(hook -> Json.parse(hook.body())).toList();
  }

  /** Runs the agent and gives the event that ends the run. */
  private static Received run(WsClient client, String thread, String agent, String input) {
    String run = client.ask(Commands.startAgent(WsClient.newId(), thread, agent, input)).runId();
    return client.awaitEnd(run);
  }

  public void onlyWhatNoDeviceAcknowledgesIsTold() {
    WsClient laptop = connect(ada);
    WsClient phone = connect(ada);
    Received seen = run(laptop, "t1", "builtin", "hello");
    phone.sendValid(Commands.ack("t1", seen.seq()));
    Received overHttp = run(laptop, "t2", "builtin", "hello");
    assertThat(http(ada).commandWithoutAnswer(Commands.ack("t2", overHttp.seq()))).isEqualTo(204);
    run(laptop, "t3", "quiet", "hello");
    String stopped = laptop.ask(Commands.startAgent("c4", "t4", "bad", "never end")).runId();
    laptop.ask(Commands.cancelRun("x4", stopped));
    laptop.awaitEnd(stopped);
    Received missed = run(laptop, "t5", "bad", "throw");
    laptop.sendValid(Commands.ack("t5", missed.seq() - 1));
    WsClient other = connect(bob);
    run(other, "t5", "builtin", "hello");
    other.sendValid(Commands.ack("t5", 3));
    JsonNode hook = awaitHooks(ada, 1).get(0);
    assertThat(hook.path("type").asText()).isEqualTo("run.ended");
    assertThat(hook.path("tenant").asText()).isEqualTo("default");
    assertThat(hook.path("thread_id").asText()).isEqualTo("t5");
    assertThat(hook.path("run_id").asText()).isEqualTo(missed.runId());
    assertThat(hook.path("agent").asText()).isEqualTo("bad");
    assertThat(hook.path("state").asText()).isEqualTo("failed");
    assertThat(hook.path("code").asText()).isEqualTo("agent_error");
    assertThat(hook.path("seq").asLong()).isEqualTo(missed.seq());
    assertThat(Instant.parse(hook.path("at").asText()))
        .isCloseTo(missed.json().path("timestamp").asText(), within(1, ChronoUnit.MINUTES));
    assertThat(hook.path("id").asText())
        .isEqualTo("notify." + missed.runId())
        .isEqualTo(hooksOf(ada).get(0).header("webhook-id"));
    assertThat(hook).hasSize(11);
    awaitHooks(bob, 1);
    Exposition seenFigures = Exposition.of(gateway);
    assertThat(seenFigures.sum("parley_run_hooks_total", "outcome", "acknowledged"))
        .isGreaterThanOrEqualTo(2);
    assertThat(seenFigures.sum("parley_run_hooks_total", "outcome", "sent")).isPositive();
  }

  public void aThreadThatIsDeletedIsNotTold() {
    WsClient client = connect(ada);
    run(client, "t1", "builtin", "hello");
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    Received told = run(client, "t2", "builtin", "hello");
    assertThat(awaitHooks(ada, 1).get(0).path("run_id").asText()).isEqualTo(told.runId());
  }

  public void anAckAboveTheNewestSeqIsRefused() {
    WsClient client = connect(ada);
    client.sendValid(Commands.ack("t1", 1).put("id", "a1"));
    Received refused = client.answer("a1");
    assertThat(refused.type()).isEqualTo("rejected");
    assertThat(refused.text("code")).isEqualTo("invalid_argument");
    assertThat(refused.text("message"))
        .isEqualTo("payload.seq: 1 (expected: at most 0, the newest of the thread)");
    client.sendValid(Commands.ack("t1", 1));
    assertThat(client.await("error").text("code")).isEqualTo("invalid_argument");
    HttpCaller.HttpAnswer overHttp = http(ada).command(Commands.ack("t1", 1));
    assertThat(overHttp.frame().text("code")).isEqualTo("invalid_argument");
  }

  public void whoIsConnectedIsNotToldIfTheOperatorWantsThat() {
    RunningGateway other = another(Map.of("notify.when", "not_connected", "notify.after", "0ms"));
    try (WsClient client = other.connect(ada)) {
      client.runToEnd("t1", "hello");
      other.awaitCount(1, "parley_run_hooks_total", "outcome", "connected");
    }
    HttpCaller http = new HttpCaller(other.address(), other.tokens().of(bob));
    http.command(Commands.userMessage("c1", "t1", "hello"));
    other.awaitCount(1, "parley_run_hooks_total", "outcome", "sent");
    assertThat(hooksOf(ada)).isEmpty();
    assertThat(hooksOf(bob)).hasSize(1);
  }
}
