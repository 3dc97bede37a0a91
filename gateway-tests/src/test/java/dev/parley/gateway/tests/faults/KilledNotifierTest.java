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
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Web hooks of ends of runs outlive the process, whatever it was doing when it was killed. */
@Test(groups = {"error_recovery", "multi_user"})
public class KilledNotifierTest {
  private static final String KEY = "a key of the tests, of 24 bytes or more";

  private TestFolder folder;
  private ScriptedService receiver;
  private Queue<ScriptedService.Script> answers;
  private @Nullable ChildGateway started;

  /** The receiver accepts each hook, but for those that the test has an answer for. */
  @BeforeMethod(alwaysRun = true)
  public void prepare() {
    folder = new TestFolder();
    Queue<ScriptedService.Script> scripts = new ConcurrentLinkedQueue<>();
    answers = scripts;
    receiver =
        ScriptedService.of(
            dialogue -> {
              ScriptedService.Script next = scripts.poll();
              if (next == null) {
                accept(dialogue);
              } else {
                next.run(dialogue);
              }
            });
  }

  /** Starts the first process, in which a hook is due so long after its run. */
  private void start(String after) {
    started = ChildGateway.start(folder.path(), settings(after));
  }

  private ChildGateway child() {
    return Objects.requireNonNull(started);
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    if (started != null) {
      started.close();
      started.awaitExit();
    }
    receiver.close();
    folder.close();
  }

  private void restart(String after) {
    started = child().restart(settings(after));
  }

  /** Starts a process in which a hook is due so long after its run. */
  private void killAndRestart(String after) {
    child().kill();
    restart(after);
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
    try (WsClient client = WsClient.open(child().address(), child().token("ada"))) {
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

  public void whatIsDueInADayWaitsThroughAKillAndCanBeAcknowledged() {
    start("24h");
    Received seen = run("t1");
    Received missed = run("t2");
    HttpCaller http = new HttpCaller(child().address(), child().token("ada"));
    assertThat(http.commandWithoutAnswer(Commands.ack("t1", seen.seq()))).isEqualTo(204);
    // The time of a hook is set when its run ends: this process sets only later ones.
    killAndRestart("0ms");
    Received later = run("t3");
    awaitHooks(1);
    assertThat(told()).containsExactly(idOf(later));
    HttpCaller again = new HttpCaller(child().address(), child().token("ada"));
    assertThat(again.commandWithoutAnswer(Commands.ack("t2", missed.seq()))).isEqualTo(204);
  }

  public void aHookThatIsDueAfterTheKillIsSentOnceUnlessItWasAcknowledged() {
    start("4s");
    Received missed = run("t1");
    Received seen = run("t2");
    HttpCaller http = new HttpCaller(child().address(), child().token("ada"));
    assertThat(http.commandWithoutAnswer(Commands.ack("t2", seen.seq()))).isEqualTo(204);
    killAndRestart("4s");
    awaitHooks(1);
    Received later = run("t3");
    awaitHooks(2);
    assertThat(told()).containsExactly(idOf(missed), idOf(later));
  }

  public void aHookWithoutAnAnswerIsSentAgainWithTheSameId() {
    start("0ms");
    answers.add(
        dialogue -> {
          dialogue.readRequest();
          dialogue.awaitClose();
        });
    Received missed = run("t1");
    awaitHooks(1);
    killAndRestart("0ms");
    awaitHooks(2);
    Received later = run("t2");
    awaitHooks(3);
    assertThat(told()).containsExactly(idOf(missed), idOf(missed), idOf(later));
  }

  /** The run ends with the process, and its hook waits in the store. */
  public void aRunThatADrainCancelsIsToldByTheNextProcess() {
    start("1s");
    String run;
    try (WsClient client = WsClient.open(child().address(), child().token("ada"))) {
      run = client.say("t1", "wait 5 minutes").runId();
      child().terminate();
      assertThat(child().awaitExit()).isZero();
    }
    restart("1s");
    awaitHooks(1);
    assertThat(told()).containsExactly("notify." + run);
    assertThat(Json.parse(receiver.dialogues().get(0).body()).path("state").asText())
        .isEqualTo("cancelled");
  }

  /** The next process ends the run that was open, and tells that. */
  public void aRunThatTheRestartEndsIsTold() {
    start("24h");
    String run;
    try (WsClient client = WsClient.open(child().address(), child().token("ada"))) {
      run = client.say("t1", "wait 5 minutes").runId();
      child().kill();
      client.cut();
    }
    restart("0ms");
    awaitHooks(1);
    assertThat(told()).containsExactly("notify." + run);
    assertThat(Json.parse(receiver.dialogues().get(0).body()).path("code").asText())
        .isEqualTo("gateway_restarted");
  }
}
