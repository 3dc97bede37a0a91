package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.support.Bounds.await;
import static dev.parley.gateway.tests.upstream.PushBackEnd.add;
import static dev.parley.gateway.tests.upstream.PushBackEnd.call;
import static dev.parley.gateway.tests.upstream.PushBackEnd.end;
import static dev.parley.gateway.tests.upstream.PushBackEnd.events;
import static dev.parley.gateway.tests.upstream.PushBackEnd.producer;
import static dev.parley.gateway.tests.upstream.PushBackEnd.said;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.upstream.PushBackEnd.Hook;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs whose back end is told by a hook and adds the events itself. */
@Test(groups = {"chat_events", "multi_user", "security"})
public class PushRunsTest extends GatewayTest {
  private static final String AGENT = "pushed";

  private final PushBackEnd backEnd = PushBackEnd.start();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    backEnd.put(settings, AGENT);
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void stopBackEnd() {
    backEnd.close();
  }

  @AfterMethod(alwaysRun = true)
  public void everyHookWasExpected() {
    assertThat(backEnd.untaken()).isZero();
  }

  /** A run that has begun, as its client and its back end know it. */
  private record Begun(WsClient client, String run, Hook hook) {}

  private Begun begin(String user, String thread, String input) {
    WsClient client = connect(user);
    String run = client.ask(Commands.startAgent("c-" + thread, thread, AGENT, input)).runId();
    Hook hook = backEnd.hook();
    assertThat(hook.run()).isEqualTo(run);
    return new Begun(client, run, hook);
  }

  private HttpAnswer adding(Begun run, long sequence, String... events) {
    return add(gateway.address(), run.hook(), sequence, events);
  }

  public void aSubagentOfTheBackEndHasItsName() {
    Begun run = begin(ada, "t1", "hello");
    String writer = "\"subagent\":{\"id\":\"s:1\",\"name\":\"writer\",\"parent\":\"s:0\"}}";
    adding(
        run,
        0,
        "{\"type\":\"agent_thinking\",\"phase\":\"delta\",\"text\":\"hm\"," + writer,
        "{\"type\":\"tool_executing\",\"tool_call_id\":\"k\",\"tool_name\":\"look\","
            + "\"arguments\":{},"
            + writer,
        said("Yes"),
        "{\"type\":\"agent_completed\"}");
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEqualTo("Yes");
    assertThat(
            run.client().thread("t1").eventsOf(run.run()).stream()
                .filter(event -> event.payload().toString().endsWith(writer))
                .map(Received::type))
        .containsExactly("agent_thinking", "agent_thinking", "tool_executing", "tool_completed");
  }

  public void whatTheBackEndAddsIsShown() {
    Begun run = begin(ada, "t1", "hello");
    HttpAnswer first =
        adding(
            run,
            0,
            "{\"type\":\"agent_thinking\",\"phase\":\"start\"}",
            "{\"type\":\"agent_thinking\",\"phase\":\"delta\",\"text\":\"hm\"}",
            "{\"type\":\"agent_thinking\",\"phase\":\"end\"}",
            "{\"type\":\"agent_thinking\",\"phase\":\"step\",\"step\":\"look\",\"progress\":0.5}",
            said("naïve 日本 "),
            "{\"type\":\"tool_executing\",\"tool_call_id\":\"k\",\"tool_name\":\"look\","
                + "\"arguments\":{\"a\":1}}");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.json().toString()).isEqualTo("{\"epoch\":0,\"seq\":0}");
    assertThat(first.header("producer-seq")).isEqualTo("0");
    adding(
        run,
        1,
        "{\"type\":\"tool_completed\",\"tool_call_id\":\"k\",\"status\":\"ok\",\"result\":[7]}",
        "{\"type\":\"thread_titled\",\"title\":\"Greeting\"}",
        "{\"type\":\"state_updated\",\"snapshot\":{\"n\":1}}",
        "{\"type\":\"custom\",\"name\":\"chart\",\"value\":3}",
        said("\uD83D\uDE80"),
        "{\"type\":\"agent_completed\",\"usage\":{\"total_tokens\":3},\"result\":{\"ok\":true}}");
    Received end = run.client().awaitEnd(run.run());
    assertThat(end.type()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo("naïve 日本 \uD83D\uDE80");
    assertThat(end.payload().at("/usage/total_tokens").asInt()).isEqualTo(3);
    List<String> types =
        run.client().received().stream()
            .filter(event -> event.runId().equals(run.run()) && event.seq() > 0)
            .map(Received::type)
            .distinct()
            .toList();
    assertThat(types)
        .containsExactly(
            "agent_started",
            "agent_thinking",
            "agent_message",
            "tool_executing",
            "tool_completed",
            "thread_titled",
            "state_updated",
            "custom",
            "agent_completed");
  }

  public void aHookIsSignedAndNamesNoThread() throws GeneralSecurityException {
    Begun run = begin(ada, "a-private-name", "hello");
    Hook hook = run.hook();
    String signed =
        hook.headers().get("webhook-id") + "." + hook.headers().get("webhook-timestamp") + ".";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(PushBackEnd.SECRET.getBytes(UTF_8), "HmacSHA256"));
    byte[] expected = mac.doFinal((signed + hook.text()).getBytes(UTF_8));
    assertThat(hook.headers())
        .containsEntry("webhook-id", run.run())
        .containsEntry("webhook-signature", "v1," + Base64.getEncoder().encodeToString(expected))
        .containsEntry("content-type", "application/json");
    assertThat(hook.text() + hook.headers()).doesNotContain("a-private-name");
    assertThat(hook.body().path("input").asText()).isEqualTo("hello");
    assertThat(hook.body().path("events_url").asText())
        .isEqualTo("/v1/runs/" + run.run() + "/events");
    adding(run, 0, said("fine"), end());
    run.client().awaitEnd(run.run());
    String next = run.client().ask(Commands.startAgent("c2", "a-private-name", AGENT, "b")).runId();
    JsonNode second = backEnd.hook().body();
    assertThat(second.path("conversation_id")).isEqualTo(hook.body().path("conversation_id"));
    assertThat(second.path("history").toString())
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"hello\"},{\"role\":\"agent\",\"run_id\":\""
                + run.run()
                + "\",\"agent\":\"pushed\",\"state\":\"completed\","
                + "\"parts\":[{\"type\":\"text\",\"text\":\"fine\"}]}]");
    cancel(run.client(), next);
  }

  private void cancel(WsClient client, String run) {
    client.ask(Commands.cancelRun("x-" + run, run));
    assertThat(client.awaitEnd(run).type()).isEqualTo("agent_cancelled");
    assertThat(backEnd.hook().type()).isEqualTo("run.cancelled");
  }

  public void twoUsersWithOneThreadNameMeetNowhere() {
    Begun first = begin(ada, "same", "hello");
    Begun second = begin(bob, "same", "hello");
    assertThat(first.hook().body().path("conversation_id"))
        .isNotEqualTo(second.hook().body().path("conversation_id"));
    HttpAnswer crossed =
        call(
            gateway.address(),
            second.run(),
            first.hook().token(),
            producer("p", "0", "0"),
            events(said("for bob")));
    assertThat(crossed.status()).isEqualTo(403);
    assertThat(crossed.text("code")).isEqualTo("forbidden");
    adding(first, 0, said("for ada"), end());
    adding(second, 0, end());
    assertThat(first.client().awaitEnd(first.run()).text("text")).isEqualTo("for ada");
    assertThat(second.client().awaitEnd(second.run()).text("text")).isEmpty();
  }

  public void noOtherTokenAddsEvents() {
    Begun run = begin(ada, "t1", "hello");
    List<String> others = new ArrayList<>(gateway.tokens().bad().values());
    others.add(gateway.tokens().of(ada));
    others.add(gateway.tokens().withScope(ada, "chat agent publish admin operator"));
    others.add(
        gateway
            .tokens()
            .signed(
                gateway
                    .tokens()
                    .claims(ada)
                    .put("tenant", "default")
                    .put("run", run.run())
                    .put("agent", AGENT)
                    .put("scope", "publish")));
    for (String token : others) {
      HttpAnswer refused =
          call(
              gateway.address(),
              run.run(),
              token.replace("\n", ""),
              producer("p", "0", "0"),
              events(said("no")));
      assertThat(refused.status()).as(token).isEqualTo(401);
    }
    adding(run, 0, end());
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEmpty();
  }

  public void theTokenOfARunOpensNothingElse() {
    Begun run = begin(ada, "t1", "hello");
    HttpCaller caller = new HttpCaller(gateway.address(), run.hook().token());
    assertThat(caller.get("/v1/threads").status()).isEqualTo(401);
    assertThat(caller.get("/v1/threads/t1/events").status()).isEqualTo(401);
    assertThat(caller.get("/v1/session").status()).isEqualTo(401);
    assertThat(caller.command(Commands.cancelRun("x", run.run())).status()).isEqualTo(401);
    adding(run, 0, end());
    run.client().awaitEnd(run.run());
  }

  public void eachPlaceOfAProducerHasItsAnswer() {
    Begun run = begin(ada, "t1", "hello");
    assertThat(adding(run, 1, said("early")).status()).isEqualTo(409);
    assertThat(adding(run, 0, said("a")).status()).isEqualTo(200);
    HttpAnswer again = adding(run, 0, said("a"));
    assertThat(again.status()).isEqualTo(204);
    assertThat(again.header("producer-seq")).isEqualTo("0");
    HttpAnswer gap = adding(run, 5, said("late"));
    assertThat(gap.status()).isEqualTo(409);
    assertThat(gap.text("code")).isEqualTo("out_of_sequence");
    assertThat(gap.text("detail")).isEqualTo("Producer-Seq: 5 (expected: 1)");
    assertThat(gap.header("producer-expected-seq")).isEqualTo("1");
    assertThat(gap.header("producer-received-seq")).isEqualTo("5");
    HttpAnswer successor = as(run, "p", "7", "0", said("b"));
    assertThat(successor.status()).isEqualTo(200);
    HttpAnswer stale = adding(run, 1, said("zombie"));
    assertThat(stale.status()).isEqualTo(403);
    assertThat(stale.text("code")).isEqualTo("stale_producer");
    assertThat(stale.header("producer-epoch")).isEqualTo("7");
    assertThat(as(run, "other", "0", "0", said("c")).status()).isEqualTo(200);
    assertThat(as(run, "p", "7", "1", end()).status()).isEqualTo(200);
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEqualTo("abc");
    HttpAnswer over = as(run, "p", "7", "1", end());
    assertThat(over.status()).isEqualTo(410);
    assertThat(over.text("code")).isEqualTo("run_ended");
    assertThat(over.text("detail"))
        .isEqualTo("run_id: " + run.run() + " (completed) (expected: an open run)");
  }

  private HttpAnswer as(Begun run, String id, String epoch, String seq, String... events) {
    return call(
        gateway.address(), run.run(), run.hook().token(), producer(id, epoch, seq), events(events));
  }

  @DataProvider
  public Object[][] hostile() {
    String message = said("no");
    return new Object[][] {
      {producer("p", "0", "0"), "", 400},
      {producer("p", "0", "0"), "{}", 400},
      {producer("p", "0", "0"), "[".repeat(60_000), 400},
      {producer("p", "0", "0"), "{\"events\":" + "[".repeat(30_000), 400},
      {producer("p", "0", "0"), "{\"events\":[],\"events\":[]}", 400},
      {producer("p", "0", "0"), events(message, "{\"type\":\"agent_message\",\"delta\":1}"), 400},
      {producer("p", "0", "0"), events(message, "{\"type\":\"agent_started\"}"), 400},
      {producer("p", "0", "0"), events(end(), message), 400},
      {
        producer("p", "0", "0"),
        "{\"events\":[" + (message + ",").repeat(1_000) + message + "]}",
        400
      },
      {producer("p", "0", "0"), events(said("a".repeat(70_000))), 413},
      {producer("", "0", "0"), events(message), 400},
      {producer("a b", "0", "0"), events(message), 400},
      {producer("p".repeat(65), "0", "0"), events(message), 400},
      {producer("p", "-1", "0"), events(message), 400},
      {producer("p", "0", "1e3"), events(message), 400},
      {producer("p", "0", "9007199254740992"), events(message), 400},
      {producer("p", "0", "99999999999999999999"), events(message), 400},
      {Map.of("Producer-Id", "p", "Producer-Epoch", "0"), events(message), 400},
    };
  }

  @Test(dataProvider = "hostile")
  public void aBadCallIsRefusedAsAWholeAndTheRunGoesOn(
      Map<String, String> headers, String body, int status) {
    Begun run = begin(ada, "t1", "hello");
    HttpAnswer refused = call(gateway.address(), run.run(), run.hook().token(), headers, body);
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.text("detail")).contains("expected");
    assertThat(adding(run, 0, said("yes"), end()).status()).isEqualTo(200);
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEqualTo("yes");
  }

  public void anEventThatDoesNotFitTheRunIsLeftOut() {
    Begun run = begin(ada, "t1", "hello");
    String unknown = "{\"type\":\"tool_completed\",\"tool_call_id\":\"never\",\"status\":\"ok\"}";
    assertThat(adding(run, 0, said("a"), unknown).status()).isEqualTo(200);
    assertThat(adding(run, 0, said("a"), unknown).status()).isEqualTo(204);
    assertThat(adding(run, 1, said("b"), end()).status()).isEqualTo(200);
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEqualTo("ab");
  }

  public void theFieldOfAMistakeIsNamed() {
    Begun run = begin(ada, "t1", "hello");
    HttpAnswer refused =
        as(run, "p", "0", "0", said("a"), "{\"type\":\"agent_message\",\"delta\":1}");
    assertThat(refused.text("field")).isEqualTo("/events/1/delta");
    assertThat(refused.text("detail")).isEqualTo("events.1.delta: 1 (expected: a string)");
    adding(run, 0, end());
    run.client().awaitEnd(run.run());
  }

  /** Each of two producers sends every batch again and again, and some too early. */
  public void whatIsShownIsWhatWasSentOnce() throws InterruptedException {
    Begun run = begin(ada, "t1", "hello");
    int batches = 40;
    Parallel.map(
        2,
        List.of(0, 1),
        who -> {
          Random random = new Random(who);
          for (int next = 0; next < batches; ) {
            int seq = Math.max(0, next + random.nextInt(5) - 2);
            int status = as(run, "p" + who, "0", "" + seq, said(who + ":" + seq + " ")).status();
            assertThat(status).isEqualTo(seq == next ? 200 : seq < next ? 204 : 409);
            next += seq == next ? 1 : 0;
          }
          return who;
        });
    as(run, "p0", "0", "" + batches, end());
    List<String> shown =
        List.of(run.client().awaitEnd(run.run()).text("text").strip().split(" ", -1));
    assertThat(shown).hasSize(2 * batches);
    for (int who = 0; who < 2; who++) {
      String prefix = who + ":";
      List<String> sent = new ArrayList<>();
      for (int seq = 0; seq < batches; seq++) {
        sent.add(prefix + seq);
      }
      assertThat(shown.stream().filter(each -> each.startsWith(prefix)).toList()).isEqualTo(sent);
    }
  }

  @DataProvider
  public Object[][] confirmations() {
    return new Object[][] {{204, true}, {500, false}};
  }

  @Test(dataProvider = "confirmations")
  public void aCancelIsConfirmedOnlyByTheBackEnd(int status, boolean isConfirmed) {
    Begun run = begin(ada, "t1", "hello");
    adding(run, 0, said("so far"));
    backEnd.answerWith(status);
    run.client().ask(Commands.cancelRun("x", run.run()));
    Hook hook = backEnd.hook();
    assertThat(hook.type()).isEqualTo("run.cancelled");
    assertThat(hook.run()).isEqualTo(run.run());
    Received end = run.client().awaitEnd(run.run());
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.payload().path("upstream_confirmed").asBoolean()).isEqualTo(isConfirmed);
    assertThat(end.text("partial_text")).isEqualTo("so far");
    HttpAnswer late = adding(run, 1, said(" and more"));
    assertThat(late.status()).isEqualTo(410);
    assertThat(late.text("detail")).contains("(cancelled)");
  }

  public void aBackEndThatIsBusyGetsTheHookAgain() {
    backEnd.answerWith(503);
    Begun run = begin(ada, "t1", "hello");
    Hook again = backEnd.hook();
    assertThat(again.headers()).containsEntry("webhook-id", run.run());
    assertThat(again.body()).isEqualTo(run.hook().body());
    adding(run, 0, said("here"), end());
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEqualTo("here");
  }

  @DataProvider
  public Object[][] refusals() {
    return new Object[][] {{404, "upstream_rejected"}, {401, "upstream_auth"}};
  }

  @Test(dataProvider = "refusals")
  public void aHookThatIsRefusedForGoodEndsTheRun(int status, String code) {
    backEnd.answerWith(status);
    Begun run = begin(ada, "t1", "hello");
    Received end = run.client().awaitEnd(run.run());
    assertThat(end.text("code")).isEqualTo(code);
    assertThat(end.text("message")).contains("(" + status + ")");
    assertThat(adding(run, 0, said("but")).status()).isEqualTo(410);
  }

  public void aFailureOfTheBackEndIsShown() {
    Begun run = begin(ada, "t1", "hello");
    adding(
        run,
        0,
        said("almost"),
        "{\"type\":\"agent_failed\",\"code\":\"content_filter\",\"message\":\"No.\"}");
    Received end = run.client().awaitEnd(run.run());
    assertThat(end.text("code")).isEqualTo("content_filter");
    assertThat(end.text("message")).isEqualTo("No.");
    assertThat(end.text("partial_text")).isEqualTo("almost");
  }

  public void theAgentIsListedWithWhatItCan() {
    JsonNode agents = http(ada).get("/v1/agents").json().path("agents");
    JsonNode pushed = Json.array();
    for (JsonNode agent : agents) {
      pushed = agent.path("name").asText().equals(AGENT) ? agent : pushed;
    }
    assertThat(pushed.path("abilities").toString())
        .isEqualTo(
            "[\"history\",\"reasoning\",\"tools\",\"images\",\"files\",\"resumable\",\"confirmed_cancel\"]");
  }

  public void manyCallsOfOneRunWaitOrAreToldToWait() throws InterruptedException {
    Begun run = begin(ada, "t1", "hello");
    Parallel.map(
        24,
        IntStream.range(0, 24).boxed().toList(),
        who -> {
          String id = "p" + who % 12;
          int status;
          do {
            status = as(run, id, "0", "0", said("x")).status();
            assertThat(status).isIn(200, 204, 429);
          } while (status == 429);
          return status;
        });
    adding(run, 0, end());
    assertThat(run.client().awaitEnd(run.run()).text("text")).isEqualTo("x".repeat(12));
    await().untilAsserted(() -> assertThat(adding(run, 1, said("late")).status()).isEqualTo(410));
  }
}
