package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.embedded.DamagedStore;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The time line of a run tells what happened and when, and nothing of what was said. */
@Test(groups = {"chat_events", "security"})
public class UserTimelineTest extends GatewayTest {

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.actor.type", "actor");
  }

  private static HttpCaller admin(RunningGateway of) {
    return new HttpCaller(of.address(), of.tokens().withScope("boss", "admin"));
  }

  private HttpAnswer timeline(String query) {
    return admin(gateway).get("/v1/users/timeline?user_id=" + ada + "&" + query);
  }

  private static String act(JsonNode... steps) {
    ArrayNode all = Json.array();
    for (JsonNode each : steps) {
      all.add(each);
    }
    return all.toString();
  }

  private static JsonNode step(String what, String text) {
    return Json.object().put("do", what).put("text", text);
  }

  private static JsonNode call(String tool, String by) {
    return Json.object()
        .put("do", "call")
        .put("text", tool)
        .put("by", by)
        .set("arguments", Json.object().put("code", "xyzzy").put("tool_name", "xyzzy"));
  }

  private static JsonNode result(String tool) {
    return Json.object()
        .put("do", "return")
        .put("text", tool)
        .set("result", Json.object().put("code", "xyzzy"));
  }

  private static String start(WsClient client, String id, String thread, String input) {
    return client.ask(Commands.startAgent(id, thread, "actor", input)).runId();
  }

  public void aRunIsToldWithNamesTimesAndSizesButWithoutText() {
    WsClient client = connect(ada);
    String run =
        start(
            client,
            "c1",
            "t1",
            act(
                step("think", "xyzzy thought"),
                call("lookup", "helper"),
                result("lookup"),
                step("say", "xyzzy said"),
                Json.object()
                    .put("do", "fail")
                    .put("code", "upstream_timeout")
                    .put("text", "xyzzy")));
    client.awaitEnd(run);
    JsonNode seen = timeline("thread_id=t1&run_id=" + run).json();
    assertThat(seen.path("run_id").asText()).isEqualTo(run);
    assertThat(seen.path("thread_id").asText()).isEqualTo("t1");
    assertThat(seen.path("agent").asText()).isEqualTo("actor");
    assertThat(seen.path("state").asText()).isEqualTo("failed");
    List<Received> received =
        client.thread("t1").events().stream().filter(each -> run.equals(each.runId())).toList();
    JsonNode events = seen.path("events");
    assertThat(events.findValuesAsText("type")).contains("agent_thinking", "agent_message");
    assertThat(events.findValuesAsText("type").get(0)).isEqualTo("agent_started");
    assertThat(events.get(events.size() - 1).path("code").asText()).isEqualTo("upstream_timeout");
    assertThat(events.get(events.size() - 1).path("seq").asLong())
        .isEqualTo(received.get(received.size() - 1).seq());
    JsonNode tool = find(events, "tool_executing");
    assertThat(tool.path("tool_name").asText()).isEqualTo("lookup");
    assertThat(tool.path("tool_call_id").asText()).isEqualTo("lookup");
    assertThat(tool.at("/subagent/name").asText()).isEqualTo("helper");
    assertThat(tool.has("code")).isFalse();
    assertThat(tool.path("bytes").asInt()).isPositive();
    assertThat(find(events, "tool_completed").has("code")).isFalse();
    assertThat(seen.toString()).doesNotContain("xyzzy");
  }

  private static JsonNode find(JsonNode events, String type) {
    return events
        .valueStream()
        .filter(each -> each.path("type").asText().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError(type + ": not in " + events));
  }

  public void aThreadAloneMeansItsLastRun() {
    WsClient client = connect(ada);
    String first = start(client, "c1", "t1", act(step("say", "one")));
    client.awaitEnd(first);
    String last = start(client, "c2", "t1", act(step("say", "two")));
    client.awaitEnd(last);
    for (int i = 0; i < 8; i++) {
      client.ask(Commands.chat("m" + i, "t1", "after the run"));
    }
    JsonNode seen = timeline("thread_id=t1").json();
    assertThat(seen.path("run_id").asText()).isEqualTo(last);
    assertThat(timeline("run_id=" + first).json().path("run_id").asText()).isEqualTo(first);
    client.ask(Commands.chat("m", "t2", "no run at all"));
    assertThat(timeline("thread_id=t2").status()).isEqualTo(404);
  }

  public void aRunThatIsOpenIsToldSoFar() {
    WsClient client = connect(ada);
    String run = start(client, "c1", "t1", act(step("say", "one"), step("wait", "")));
    client.await("agent_message");
    JsonNode seen = timeline("thread_id=t1").json();
    assertThat(seen.path("run_id").asText()).isEqualTo(run);
    assertThat(seen.path("state").asText()).isEqualTo("open");
    assertThat(seen.has("next")).isFalse();
    assertThat(seen.path("events").findValuesAsText("type"))
        .startsWith("agent_started")
        .endsWith("agent_message");
  }

  public void aLongRunIsReadInPages() {
    WsClient client = connect(ada);
    List<JsonNode> steps = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      steps.add(call("tool" + i, "x"));
      steps.add(result("tool" + i));
    }
    String run = start(client, "c1", "t1", act(steps.toArray(JsonNode[]::new)));
    client.awaitEnd(run);
    List<String> whole = timeline("run_id=" + run).json().path("events").findValuesAsText("seq");
    assertThat(whole).hasSizeGreaterThan(120).doesNotHaveDuplicates();
    List<String> paged = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = timeline("limit=50&run_id=" + run + next).json();
      assertThat(page.path("events").size()).isLessThanOrEqualTo(50);
      paged.addAll(page.path("events").findValuesAsText("seq"));
      next = page.has("next") ? "&after=" + page.path("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(paged).isEqualTo(whole);
  }

  /** Events of several pages of the log are one answer. */
  public void largeEventsAreToldInOneAnswer() {
    WsClient client = connect(ada);
    ArrayNode steps = Json.array();
    for (int i = 0; i < 20; i++) {
      steps.add(call("tool" + i, "x"));
      ((ObjectNode) steps.get(i)).set("arguments", Json.object().put("text", "x".repeat(2_000)));
    }
    steps.add(
        Json.object().put("do", "say").put("text", "0123456789".repeat(100)).put("times", 200));
    String run = start(client, "c1", "t1", steps.toString());
    client.awaitEnd(run);
    JsonNode seen = timeline("run_id=" + run).json();
    assertThat(seen.has("next")).isFalse();
    assertThat(seen.path("events").findValues("bytes").stream().mapToLong(JsonNode::asLong).sum())
        .isGreaterThan(200_000);
  }

  public void onlyARunOfThisUserInThisThreadIsFound() {
    WsClient client = connect(ada);
    String run = start(client, "c1", "t1", act(step("say", "one")));
    client.awaitEnd(run);
    assertThat(timeline("thread_id=t2&run_id=" + run).status()).isEqualTo(404);
    String other = "/v1/users/timeline?user_id=" + bob + "&run_id=" + run;
    assertThat(admin(gateway).get(other).status()).isEqualTo(404);
    assertThat(timeline("run_id=r_unknown").status()).isEqualTo(404);
    assertThat(timeline("thread_id=t1&tenant=other").status()).isEqualTo(403);
    assertThat(http(ada).get("/v1/users/timeline?user_id=" + ada + "&run_id=" + run).status())
        .isEqualTo(403);
    assertThat(timeline("").status()).isEqualTo(400);
    assertThat(timeline("run_id=x").status()).isEqualTo(400);
    assertThat(timeline("thread_id=%20").status()).isEqualTo(400);
    assertThat(timeline("run_id=" + run + "&limit=1001").status()).isEqualTo(400);
  }

  // -- stores of another process

  @DataProvider
  public Object[][] damages() {
    return new Object[][] {
      {"cut", (Damage) DamagedStore::cutEvent},
      {"destroyed", (Damage) DamagedStore::destroyEvent},
      {"removed", (Damage) DamagedStore::removeEvent},
    };
  }

  /** Damages the event at a seq. */
  private interface Damage {
    void at(DamagedStore store, ThreadKey thread, long seq);
  }

  @Test(dataProvider = "damages")
  public void aDamagedRecordEndsTheTimeLineAndIsSaid(String kind, Damage damage) {
    try (TestFolder folder = new TestFolder()) {
      Map<String, String> stored =
          Map.of("store.type", "embedded", "store.path", folder.path().toString());
      String run;
      long seq;
      try (RunningGateway before = start(stored);
          WsClient client = before.connect(ada)) {
        run =
            start(
                client,
                "c1",
                "t1",
                act(step("say", "1"), call("a", "x"), result("a"), call("b", "x"), result("b")));
        client.awaitEnd(run);
        seq =
            client.thread("t1").events().stream()
                .filter(each -> each.type().equals("tool_executing"))
                .reduce((one, two) -> two)
                .orElseThrow()
                .seq();
      }
      UserId user = new UserId("default", ada);
      try (DamagedStore store = new DamagedStore(folder.path())) {
        damage.at(store, new ThreadKey(user, new ThreadId("t1")), seq);
      }
      try (RunningGateway after = start(stored)) {
        HttpAnswer answer =
            admin(after).get("/v1/users/timeline?user_id=" + ada + "&run_id=" + run);
        assertThat(answer.status()).as(kind).isEqualTo(200);
        assertThat(answer.json().path("damaged_after").asLong()).isEqualTo(seq - 1);
        assertThat(answer.json().has("next")).isFalse();
        assertThat(answer.json().path("events").findValuesAsText("type"))
            .contains("tool_completed")
            .doesNotContain("agent_completed");
        HttpAnswer newest = admin(after).get("/v1/users/timeline?thread_id=t1&user_id=" + ada);
        assertThat(newest.json().path("run_id").asText()).isEqualTo(run);
      }
    }
  }

  private RunningGateway start(Map<String, String> stored) {
    Map<String, String> all = new HashMap<>(settings());
    all.putAll(stored);
    return RunningGateway.start(all);
  }

  /** The directory is read a page at a time, while users go on. */
  public void aHundredThousandUsersAreListedWhileOthersAreServed() {
    int users = 100_000;
    try (TestFolder folder = new TestFolder()) {
      try (EmbeddedLog log =
          EmbeddedLog.open(
              folder.path(),
              Clock.systemUTC(),
              IdSource.random(),
              EmbeddedLog.LogOptions.of(new DeltaCodec()))) {
        List<CompletableFuture<?>> arrived = new ArrayList<>();
        for (int i = 0; i < users; i++) {
          UserId user = new UserId("default", "u" + i);
          arrived.add(log.inboxes().arrive(user, "mid", false).toCompletableFuture());
          if (arrived.size() == 10_000) {
            arrived.forEach(CompletableFuture::join);
            arrived.clear();
          }
        }
      }
      try (RunningGateway own =
              start(Map.of("store.type", "embedded", "store.path", folder.path().toString()));
          WsClient client = own.connect("u7")) {
        HttpCaller caller = admin(own);
        Set<String> seen = new HashSet<>();
        Set<String> present = new HashSet<>();
        String next = "";
        int pages = 0;
        do {
          JsonNode page = caller.get("/v1/users?limit=500" + next).json();
          page.path("users")
              .forEach(
                  each -> {
                    assertThat(seen.add(each.path("user_id").asText())).isTrue();
                    if (each.path("present").asBoolean()) {
                      present.add(each.path("user_id").asText());
                    }
                  });
          next = page.has("next") ? "&after=" + page.path("next").asText() : "";
          if (++pages % 50 == 0) {
            client.runToEnd("t" + pages, "hello");
          }
        } while (!next.isEmpty());
        assertThat(seen).hasSize(users);
        assertThat(pages).isEqualTo(users / 500);
        assertThat(present).containsExactly("u7");
      }
    }
  }
}
