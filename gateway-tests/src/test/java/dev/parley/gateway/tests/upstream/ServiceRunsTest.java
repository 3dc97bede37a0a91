package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs whose agent is a service, in every dialect: what the service is told, and what is shown. */
@Test(groups = {"chat_events", "multi_user", "security"})
public class ServiceRunsTest extends GatewayTest {
  private static final String HOLD = "hold";
  private static final String TEXT = "naïve 日本 \uD83D\uDE80";

  /** Which requests were read, and which connections the gateway closed. */
  private final LinkedBlockingQueue<JsonNode> requests = new LinkedBlockingQueue<>();

  private final Set<String> closed = ConcurrentHashMap.newKeySet();
  private CountDownLatch release = new CountDownLatch(1);

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(this::serve));
    Map<String, String> settings = new HashMap<>();
    for (ServiceDialect dialect : ServiceDialect.values()) {
      ServiceAgents.put(settings, dialect, dialect.type(), service, "key-of-the-tests-77");
    }
    return settings;
  }

  @BeforeMethod(alwaysRun = true)
  public void forget() {
    requests.clear();
    closed.clear();
    release = new CountDownLatch(1);
  }

  @AfterMethod(alwaysRun = true)
  public void releaseAll() {
    release.countDown();
  }

  @DataProvider
  public Object[] dialects() {
    return ServiceDialect.values();
  }

  private void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    String type = ServiceAgents.agentOf(dialogue);
    ServiceDialect dialect = ServiceDialect.valueOf(type.toUpperCase(Locale.ROOT));
    JsonNode request = Json.parse(dialogue.body());
    requests.add(request);
    dialogue.beginStream();
    dialogue.chunk(dialect.begin() + dialect.thought("hm"));
    dialogue.chunk(dialect.text(TEXT));
    if (request.toString().contains(HOLD + type)) {
      try {
        dialogue.awaitClose();
      } finally {
        closed.add(type);
      }
      return;
    }
    if (request.toString().contains("wait" + type)) {
      release.await();
    }
    dialogue.chunk(dialect.end());
    dialogue.endStream();
  }

  @Test(dataProvider = "dialects")
  public void theServiceIsToldTheContextOfThisRunAlone(ServiceDialect dialect) throws Exception {
    WsClient client = connect(ada);
    ObjectNode start = Commands.startAgent(WsClient.newId(), "t1", dialect.type(), "hello");
    start.withObject("/payload").set("context", Json.object().put("page", "/pricing/7"));
    client.awaitEnd(client.ask(start).runId());
    assertThat(requests.take().toString()).contains("/pricing/7");
    run(client, "t1", dialect, "again");
    assertThat(requests.take().toString()).contains("again").doesNotContain("/pricing/7");
  }

  @Test(dataProvider = "dialects")
  public void whatTheServiceSaysIsShown(ServiceDialect dialect) {
    List<Received> run = run(connect(ada), "t1", dialect, "hello");
    List<String> types = run.stream().map(Received::type).distinct().toList();
    assertThat(types)
        .containsExactly("agent_started", "agent_thinking", "agent_message", "agent_completed");
    assertThat(run.get(run.size() - 1).text("text")).isEqualTo(TEXT);
    assertThat(thoughts(run)).isEqualTo("hm");
  }

  @Test(dataProvider = "dialects")
  public void theServiceIsToldTheThreadSoFar(ServiceDialect dialect) throws Exception {
    WsClient client = connect(ada);
    run(client, "t1", dialect, "first question");
    take();
    run(client, "t1", dialect, "second question");
    List<String> said = new ArrayList<>();
    take().path(dialect.messages()).forEach(message -> said.add(message.path("role").asText()));
    assertThat(said).containsExactly("user", "assistant", "user");
  }

  @Test(dataProvider = "dialects")
  public void twoUsersWithOneThreadNameNeverMeet(ServiceDialect dialect) throws Exception {
    run(connect(ada), "secret-name", dialect, "the question of ada");
    JsonNode first = take();
    run(connect(bob), "secret-name", dialect, "the question of bob");
    JsonNode second = take();
    assertThat(second.toString()).doesNotContain("of ada").doesNotContain(TEXT);
    assertThat(List.of(first.toString(), second.toString()))
        .noneMatch(request -> request.contains("secret-name"))
        .noneMatch(request -> request.contains(ada) || request.contains(bob));
    if (dialect == ServiceDialect.AGUI) {
      assertThat(first.path("threadId").asText())
          .isNotBlank()
          .isNotEqualTo(second.path("threadId").asText());
    }
  }

  @Test(dataProvider = "dialects")
  public void oneThreadHasOneNameForItsService(ServiceDialect dialect) throws Exception {
    WsClient client = connect(ada);
    run(client, "t1", dialect, "hello");
    String first = take().path("threadId").asText();
    run(client, "t1", dialect, "hello again");
    assertThat(take().path("threadId").asText()).isEqualTo(first);
  }

  @Test(dataProvider = "dialects")
  public void aDeletedThreadIsAnotherOneForItsService(ServiceDialect dialect) throws Exception {
    WsClient client = connect(ada);
    run(client, "t1", dialect, "what was deleted");
    String first = take().path("threadId").asText();
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    run(connect(ada), "t1", dialect, "hello");
    JsonNode second = take();
    assertThat(second.toString()).doesNotContain("what was deleted");
    if (dialect == ServiceDialect.AGUI) {
      assertThat(second.path("threadId").asText()).isNotEqualTo(first);
    }
  }

  @Test(dataProvider = "dialects")
  public void cancellingClosesTheConnectionAndKeepsTheText(ServiceDialect dialect) {
    WsClient client = connect(ada);
    String run = start(client, "t1", dialect, HOLD + dialect.type());
    client.await("agent_message");
    client.ask(Commands.cancelRun("x1", run));
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.payload().path("upstream_confirmed").asBoolean(true)).isFalse();
    assertThat(end.text("partial_text")).isEqualTo(TEXT);
    await().until(() -> closed.contains(dialect.type()));
  }

  @Test(dataProvider = "dialects")
  public void aClientThatLeavesReadsTheEndOnAnotherDevice(ServiceDialect dialect) {
    WsClient client = connect(ada);
    String run = start(client, "t1", dialect, "wait" + dialect.type());
    client.await("agent_message");
    client.cut();
    release.countDown();
    WsClient later = connect(ada);
    later.readAll("t1");
    assertThat(later.awaitEnd(run).text("text")).isEqualTo(TEXT);
  }

  @Test(dataProvider = "dialects")
  public void noFrameHoldsTheKey(ServiceDialect dialect) {
    WsClient client = connect(ada);
    run(client, "t1", dialect, "hello");
    assertThat(client.received().stream().map(Received::toString).collect(Collectors.joining()))
        .doesNotContain("key-of-the-tests");
  }

  private JsonNode take() throws InterruptedException {
    JsonNode request = requests.poll(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private static String thoughts(List<Received> run) {
    return run.stream()
        .filter(event -> event.type().equals("agent_thinking"))
        .map(event -> event.text("text"))
        .collect(Collectors.joining());
  }

  private static String start(WsClient client, String thread, ServiceDialect as, String input) {
    return client.ask(Commands.startAgent(WsClient.newId(), thread, as.type(), input)).runId();
  }

  private static List<Received> run(
      WsClient client, String thread, ServiceDialect as, String input) {
    String run = start(client, thread, as, input);
    client.awaitEnd(run);
    return client.thread(thread).eventsOf(run);
  }
}
