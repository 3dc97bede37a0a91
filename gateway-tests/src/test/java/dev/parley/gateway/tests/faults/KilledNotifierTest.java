package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HookCheck;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Web hooks of ends of runs outlive the process, whatever it was doing when it was killed. */
@Test(groups = {"error_recovery", "multi_user"})
public class KilledNotifierTest {
  private static final String KEY = "a key of the tests, of 24 bytes or more";

  private TestFolder folder;
  private ChildGateway child;
  private ScriptedService receiver;
  private String token;

  @BeforeMethod(alwaysRun = true)
  public void prepare() {
    folder = new TestFolder();
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    child.close();
    child.awaitExit();
    receiver.close();
    folder.close();
  }

  private void start(String after, ScriptedService.Script... answers) {
    receiver = ScriptedService.of(answers);
    child = ChildGateway.start(folder.path(), settings(after));
    token = child.token("ada");
  }

  private Map<String, String> settings(String after) {
    Map<String, String> settings = new HashMap<>();
    settings.put("notify.url", receiver.uri("/told").toString());
    settings.put("notify.secret", KEY);
    settings.put("notify.after", after);
    settings.put("drain.timeout", "0ms");
    return settings;
  }

  private static void accept(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    dialogue.send(ScriptedService.answer(204, "Connection: close\r\n", ""));
  }

  private Received run(String thread) {
    try (WsClient client = WsClient.open(child.address(), token)) {
      return client.awaitEnd(client.say(thread, "hello").runId());
    }
  }

  private void awaitHooks(int count) {
    await().atMost(Bounds.TIMEOUT).until(() -> receiver.dialogues().size() >= count);
  }

  /** The ids of the hooks that have come. */
  private List<String> told() {
    receiver.dialogues().forEach(hook -> HookCheck.check(hook, KEY));
    return receiver.dialogues().stream().map(hook -> hook.header("webhook-id")).toList();
  }

  private static String idOf(Received end) {
    return "notify." + end.runId();
  }

  public void whatWaitsIsSentByTheNextProcessUnlessItWasAcknowledged() {
    start("24h", KilledNotifierTest::accept);
    Received seen = run("t1");
    Received missed = run("t2");
    HttpCaller http = new HttpCaller(child.address(), token);
    assertThat(http.commandWithoutAnswer(Commands.ack("t1", seen.seq()))).isEqualTo(204);
    child.kill();
    // The time of a hook is set when its run ends: this process only sees to later ones.
    child = child.restart(settings("0ms"));
    token = child.token("ada");
    Received later = run("t3");
    awaitHooks(1);
    assertThat(told()).containsExactly(idOf(later));
    HttpCaller again = new HttpCaller(child.address(), token);
    assertThat(again.commandWithoutAnswer(Commands.ack("t2", missed.seq()))).isEqualTo(204);
  }

  public void aHookThatIsDueAfterTheKillIsSentOnce() {
    start("3s", KilledNotifierTest::accept);
    Received missed = run("t1");
    child.kill();
    child = child.restart(settings("3s"));
    awaitHooks(1);
    token = child.token("ada");
    Received later = run("t2");
    awaitHooks(2);
    assertThat(told()).containsExactly(idOf(missed), idOf(later));
  }

  public void aHookWithoutAnAnswerIsSentAgainWithTheSameId() {
    start(
        "0ms",
        dialogue -> {
          dialogue.readRequest();
          dialogue.awaitClose();
        },
        KilledNotifierTest::accept);
    Received missed = run("t1");
    awaitHooks(1);
    child.kill();
    child = child.restart(settings("0ms"));
    awaitHooks(2);
    token = child.token("ada");
    Received later = run("t2");
    awaitHooks(3);
    assertThat(told()).containsExactly(idOf(missed), idOf(missed), idOf(later));
  }

  /** The run ends with the process, and waits in the store. */
  public void aRunThatADrainCancelsIsToldByTheNextProcess() {
    start("1s", KilledNotifierTest::accept);
    String run;
    try (WsClient client = WsClient.open(child.address(), token)) {
      run = client.say("t1", "wait 5 minutes").runId();
      child.terminate();
      assertThat(child.awaitExit()).isZero();
    }
    child = child.restart(settings("1s"));
    awaitHooks(1);
    assertThat(told()).containsExactly("notify." + run);
    assertThat(Json.parse(receiver.dialogues().get(0).body()).path("state").asText())
        .isEqualTo("cancelled");
  }

  /** A process that was killed while a run was open: the next one ends the run, and tells that. */
  public void aRunThatTheRestartEndsIsTold() {
    start("0ms", KilledNotifierTest::accept);
    String run;
    try (WsClient client = WsClient.open(child.address(), token)) {
      run = client.say("t1", "wait 5 minutes").runId();
      child.kill();
      client.cut();
    }
    child = child.restart(settings("0ms"));
    awaitHooks(1);
    assertThat(told()).containsExactly("notify." + run);
    assertThat(Json.parse(receiver.dialogues().get(0).body()).path("code").asText())
        .isEqualTo("gateway_restarted");
  }
}
