package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Threads are listed, read and deleted over HTTP while connections read them. */
@Test(groups = {"chat_events", "websocket"})
public class ThreadsOverHttpTest extends GatewayTest {

  public void aThreadIsListedWithItsHeadAndItsOpenRun() {
    WsClient client = connect(ada);
    client.runToEnd("done", "what is 6*7?");
    String run = client.say("open", "wait 30 seconds").runId();
    JsonNode threads = http(ada).get("/v1/threads").json().path("threads");
    assertThat(threads).hasSize(2);
    JsonNode done = byName(threads, "done");
    assertThat(done.path("head").asLong()).isEqualTo(client.thread("done").cursor());
    assertThat(done.path("epoch").asText()).isEqualTo(client.thread("done").epoch());
    assertThat(done.path("agent").asText()).isEqualTo("builtin");
    assertThat(done.has("open_run")).isFalse();
    assertThat(byName(threads, "open").path("open_run").asText()).isEqualTo(run);
    client.ask(Commands.cancelRun("x1", run));
    client.awaitEnd(run);
  }

  private static JsonNode byName(JsonNode threads, String name) {
    for (JsonNode thread : threads) {
      if (thread.path("thread_id").asText().equals(name)) {
        return thread;
      }
    }
    throw new AssertionError("threads: " + threads + " (expected: " + name + ")");
  }

  public void manyThreadsAreListedInPagesWithoutGapsOrDuplicates() {
    for (int i = 0; i < 7; i++) {
      http(ada).command(Commands.chat("c" + i, "t:" + i, "hello"));
    }
    Set<String> seen = new HashSet<>();
    String after = "";
    for (int pages = 0; pages < 3; pages++) {
      HttpAnswer page = http(ada).get("/v1/threads?limit=3" + after);
      page.json().path("threads").forEach(t -> seen.add(t.path("thread_id").asText()));
      after = "&after=" + page.text("next");
      assertThat(page.json().has("next")).isEqualTo(pages < 2);
    }
    assertThat(seen).hasSize(7);
  }

  public void aThreadThatMovesWhileAClientPagesLeavesNoOtherOut() {
    for (int i = 0; i < 5; i++) {
      http(ada).command(Commands.setTitle("c" + i, "t" + i, "Title " + i));
    }
    HttpAnswer first = http(ada).get("/v1/threads?limit=2");
    List<String> left = new ArrayList<>(List.of("t0", "t1", "t2", "t3", "t4"));
    left.removeAll(names(first));
    String moved = left.remove(1);
    http(ada).command(Commands.chat("m1", moved, "hello"));
    http(ada).command(Commands.chat("m2", names(first).get(0), "hello"));
    HttpAnswer rest = http(ada).get("/v1/threads?limit=9&after=" + first.text("next"));
    assertThat(names(rest)).containsAll(left).doesNotContainAnyElementsOf(names(first));
    HttpAnswer all = http(ada).get("/v1/threads");
    assertThat(names(all)).hasSize(5).contains(moved);
    assertThat(all.json().path("threads").findValuesAsText("last_activity"))
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  private static List<String> names(HttpAnswer page) {
    return page.json().path("threads").findValuesAsText("thread_id");
  }

  public void eventsOverHttpAreTheEventsOfAConnection() {
    WsClient client = connect(ada);
    client.runToEnd("t1", "what is 6*7?");
    HttpAnswer page = http(ada).get("/v1/threads/t1/events");
    assertThat(page.text("epoch")).isEqualTo(client.thread("t1").epoch());
    assertThat(page.json().path("cursor").asLong()).isEqualTo(page.json().path("head").asLong());
    List<Long> seqs = new ArrayList<>();
    page.json().path("events").forEach(event -> seqs.add(event.path("seq").asLong()));
    assertThat(seqs).isSorted().endsWith(client.thread("t1").cursor());
    assertThat(page.json().path("events").get(0).path("type").asText()).isEqualTo("message_added");
  }

  public void aPageContinuesFromTheCursorOfThePageBefore() {
    for (int i = 0; i < 5; i++) {
      http(ada).command(Commands.chat("c" + i, "t1", "hello " + i));
    }
    HttpAnswer first = http(ada).get("/v1/threads/t1/events?limit=3");
    assertThat(first.json().path("cursor").asLong()).isEqualTo(3);
    assertThat(first.json().path("head").asLong()).isEqualTo(5);
    String epoch = first.text("epoch");
    HttpAnswer second = http(ada).get("/v1/threads/t1/events?after=3&epoch=" + epoch);
    assertThat(second.json().has("gap")).isFalse();
    assertThat(second.json().path("events")).hasSize(2);
    HttpAnswer end = http(ada).get("/v1/threads/t1/events?after=5&epoch=" + epoch);
    assertThat(end.json().path("events")).isEmpty();
    assertThat(end.json().path("cursor").asLong()).isEqualTo(5);
  }

  @DataProvider
  public Object[][] brokenCursors() {
    return new Object[][] {{"after=1&epoch=another", "epoch_changed"}, {"after=9", "cursor_ahead"}};
  }

  @Test(dataProvider = "brokenCursors")
  public void anUnusableCursorGetsAGap(String cursor, String reason) {
    http(ada).command(Commands.chat("c1", "t1", "hello"));
    String epoch = http(ada).get("/v1/threads/t1/events").text("epoch");
    String query = cursor.contains("epoch") ? cursor : cursor + "&epoch=" + epoch;
    HttpAnswer page = http(ada).get("/v1/threads/t1/events?" + query);
    assertThat(page.text("gap")).isEqualTo(reason);
    assertThat(page.json().path("after").asLong()).isZero();
    assertThat(page.json().path("events")).hasSize(1);
  }

  public void aNewThreadIsEmpty() {
    HttpAnswer page = http(ada).get("/v1/threads/never-written/events");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.json().path("head").asLong()).isZero();
    assertThat(page.json().path("events")).isEmpty();
  }

  public void aDeletedThreadIsGoneAndItsReadersGetAGap() {
    WsClient reader = connect(ada);
    reader.runToEnd("t1", "what is 6*7?");
    String before = reader.thread("t1").epoch();
    HttpAnswer deleted = http(ada).delete("/v1/threads/t1");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.text("epoch")).isNotEqualTo(before);
    Received gap = reader.await("gap", "t1");
    assertThat(gap.text("reason")).isEqualTo("epoch_changed");
    assertThat(gap.text("epoch")).isEqualTo(deleted.text("epoch"));
    assertThat(http(ada).get("/v1/threads").json().path("threads")).isEmpty();
    reader.ask(Commands.chat("again", "t1", "a new epoch"));
    assertThat(reader.await("message_added", "t1").seq()).isEqualTo(1);
  }

  public void aThreadWithAnOpenRunIsNotDeleted() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait 30 seconds").runId();
    HttpAnswer busy = http(ada).delete("/v1/threads/t1");
    assertThat(busy.status()).isEqualTo(409);
    assertThat(busy.text("code")).isEqualTo("thread_busy");
    client.ask(Commands.cancelRun("x1", run));
    client.awaitEnd(run);
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
  }

  @DataProvider
  public Object[][] wrongRequests() {
    return new Object[][] {
      {"/v1/threads?limit=0", 400},
      {"/v1/threads?limit=501", 400},
      {"/v1/threads?limit=1&limit=1", 400},
      {"/v1/threads?user=bob", 400},
      {"/v1/threads?after=a%20b", 400},
      {"/v1/threads?after=t1", 400},
      {"/v1/threads?after=", 400},
      {"/v1/threads/a%2Fb/events", 400},
      {"/v1/threads/%c0%af/events", 400},
      {"/v1/threads/t1/events?after=1", 400},
      {"/v1/threads/t1/events?after=-1", 400},
      {"/v1/threads/t1/events?after=1&epoch=", 400},
      {"/v1/threads//events", 404},
      {"/v1/threads/t1", 405},
      {"/v1/threads/t1/events/", 404},
      {"/v1/nothing", 404},
    };
  }

  @Test(dataProvider = "wrongRequests")
  public void anInvalidRequestIsRefused(String path, int status) {
    assertThat(http(ada).get(path).status()).isEqualTo(status);
  }

  public void theAgentsAreListed() {
    JsonNode agents = http(ada).get("/v1/agents").json().path("agents");
    assertThat(agents.get(0).path("name").asText()).isEqualTo("builtin");
    assertThat(agents.get(0).path("default").asBoolean()).isTrue();
    assertThat(agents.get(0).path("abilities").toString())
        .isEqualTo("[\"reasoning\",\"tools\",\"confirmed_cancel\"]");
  }

  public void aThreadNamedLikeADotSegmentIsRefused() {
    for (String name : List.of(".", "..")) {
      HttpAnswer chat = http(ada).command(Commands.chat("c1", name, "hi").toString());
      assertThat(chat.status()).isEqualTo(400);
      assertThat(chat.frame().id()).isEqualTo("c1");
      assertThat(chat.frame().text("field")).isEqualTo("/thread_id");
      String path = "/v1/threads/" + name.replace(".", "%2E");
      assertThat(http(ada).delete(path).status()).isEqualTo(400);
      assertThat(http(ada).get(path + "/events").text("detail")).contains("neither . nor ..");
    }
    assertThat(http(ada).command(Commands.chat("c1", "...", "hi")).status()).isEqualTo(200);
    assertThat(http(ada).delete("/v1/threads/...").status()).isEqualTo(200);
  }

  public void callsWithoutTheScopeChatAreForbidden() {
    String token = gateway.tokens().withScope(ada, "agent");
    HttpCaller caller = new HttpCaller(gateway.address(), token);
    for (String path : List.of("/v1/threads", "/v1/threads/t1/events")) {
      assertThat(caller.get(path).text("code")).isEqualTo("forbidden");
    }
    assertThat(caller.delete("/v1/threads/t1").status()).isEqualTo(403);
  }
}
