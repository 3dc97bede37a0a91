package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A gateway whose agent is a service that speaks Chat Completions, with its own habits. */
@Test(groups = "chat_events")
public class ChatCompletionsTest extends GatewayTest {

  private static final String SIGNATURE =
      "\"extra_content\":{\"google\":{\"thought_signature\":\"Ck/+a==\",\"n\":1.50}}";

  private final LinkedBlockingQueue<JsonNode> requests = new LinkedBlockingQueue<>();
  private final List<String> bodies = new ArrayList<>();
  private CompletableFuture<Void> closed = new CompletableFuture<>();

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(this::serve));
    return Map.of(
        "agents.default", "model",
        "agents.model.type", "openai",
        "agents.model.url", service.uri("/v1").toString(),
        "agents.model.model", "gemini-x",
        "agents.model.system", "Be kind.",
        "agents.model.parameters", "{\"temperature\":0.5}",
        "agents.model.api_key", "key-of-the-test-77");
  }

  @BeforeMethod(alwaysRun = true)
  public void forget() {
    requests.clear();
    synchronized (bodies) {
      bodies.clear();
    }
    closed = new CompletableFuture<>();
  }

  /** Answers by the last message of the request. */
  private void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    JsonNode request = Json.parse(dialogue.body());
    synchronized (bodies) {
      bodies.add(dialogue.body());
    }
    requests.add(request);
    JsonNode messages = request.path("messages");
    JsonNode last = messages.get(messages.size() - 1);
    if (request.has("stream_options")) {
      String error = "{\"error\":{\"message\":\"Unknown name \\\"stream_options\\\"\"}}";
      dialogue.send(ScriptedService.answer(400, "Content-Type: application/json\r\n", error));
      return;
    }
    dialogue.beginStream();
    switch (last.path("content").asText()) {
      case "hold" -> {
        dialogue.chunk(delta("{\"content\":\"so far\"}"));
        try {
          dialogue.awaitClose();
        } finally {
          closed.complete(null);
        }
      }
      case "break" -> {
        dialogue.chunk(delta("{\"content\":\"so far\"}"));
        dialogue.chunk("data: {\"error\":{\"message\":\"secret words\",\"code\":503}}\n\n");
        dialogue.endStream();
      }
      case "nothing" -> {
        dialogue.chunk("data: [DONE]\n\n");
        dialogue.endStream();
      }
      case "tool" -> {
        dialogue.chunk(
            delta(
                "{\"tool_calls\":[{"
                    + SIGNATURE
                    + ",\"function\":{\"arguments\":\"{}\",\"name\":\"look_up\"},"
                    + "\"id\":\"\",\"type\":\"function\"}]}"));
        finish(dialogue);
      }
      default -> {
        dialogue.chunk(delta("{\"reasoning_content\":\"hm\"}"));
        dialogue.chunk(delta("{\"content\":\"naïve 日本 \uD83D\uDE80\"}"));
        finish(dialogue);
      }
    }
  }

  private static void finish(Dialogue dialogue) throws Exception {
    dialogue.chunk(
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    dialogue.chunk("data: {\"choices\":[],\"usage\":{\"total_tokens\":9}}\n\ndata: [DONE]\n\n");
    dialogue.endStream();
  }

  private static String delta(String delta) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}\n\n";
  }

  private JsonNode take() throws InterruptedException {
    JsonNode request = requests.poll(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  /** The next request that the service took; the first of the gateway may have been rejected. */
  private JsonNode taken() throws InterruptedException {
    JsonNode request = take();
    return request.has("stream_options") ? take() : request;
  }

  public void theModelIsToldTheSystemTextAndTheThread() throws Exception {
    WsClient client = connect(ada);
    List<Received> run = client.runToEnd("t", "hello");
    Received end = run.get(run.size() - 1);
    assertThat(end.type()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo("naïve 日本 \uD83D\uDE80");
    assertThat(end.payload().at("/usage/total_tokens").asInt()).isEqualTo(9);
    taken();
    client.runToEnd("t", "and now?");
    assertThat(taken())
        .isEqualTo(
            Json.parse(
                """
                {"model":"gemini-x","temperature":0.5,"stream":true,"messages":[
                {"role":"system","content":"Be kind."},
                {"role":"user","content":"hello"},
                {"role":"assistant","content":"naïve 日本 \uD83D\uDE80"},
                {"role":"user","content":"and now?"}]}"""));
  }

  public void aToolThatIsNotThereIsShownAndToldToTheModel() throws Exception {
    WsClient client = connect(ada);
    List<Received> run = client.runToEnd("t", "tool");
    List<String> types = run.stream().map(Received::type).distinct().toList();
    assertThat(types)
        .containsSubsequence("agent_started", "tool_executing", "tool_completed", "agent_message")
        .endsWith("agent_completed");
    Received ended =
        run.stream().filter(event -> event.type().equals("tool_completed")).findFirst().get();
    assertThat(ended.text("status")).isEqualTo("error");
    assertThat(ended.text("error"))
        .isEqualTo("tool: look_up is not one of the tools of this agent");
    taken();
    JsonNode second = take();
    String call = ended.text("tool_call_id");
    assertThat(second.at("/messages/2/tool_calls/0/id").asText()).isEqualTo(call);
    assertThat(second.at("/messages/3/tool_call_id").asText()).isEqualTo(call);
    synchronized (bodies) {
      assertThat(bodies.get(bodies.size() - 1)).contains(SIGNATURE);
    }
    client.runToEnd("t", "thanks");
    List<String> roles = new ArrayList<>();
    take().path("messages").forEach(message -> roles.add(message.path("role").asText()));
    assertThat(roles).containsExactly("system", "user", "assistant", "tool", "assistant", "user");
  }

  public void anErrorInTheStreamKeepsTheText() throws Exception {
    WsClient client = connect(ada);
    List<Received> run = client.runToEnd("t", "break");
    Received end = run.get(run.size() - 1);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).isEqualTo("upstream_error");
    assertThat(end.text("message")).contains("503");
    assertThat(end.text("partial_text")).isEqualTo("so far");
    assertThat(run.toString()).doesNotContain("secret words").doesNotContain("key-of-the-test");
    taken();
    client.runToEnd("t", "again");
    assertThat(taken().at("/messages/2/content").asText()).startsWith("so far").contains("failed");
  }

  public void anAnswerWithoutAnythingIsAFailure() {
    List<Received> run = connect(ada).runToEnd("t", "nothing");
    assertThat(run.get(run.size() - 1).text("code")).isEqualTo("upstream_error");
  }

  public void cancellingClosesTheConnectionAndConfirmsNothing() throws Exception {
    WsClient client = connect(ada);
    String run = client.say("t", "hold").runId();
    client.await("agent_message");
    client.ask(Commands.cancelRun("x1", run));
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.payload().path("upstream_confirmed").asBoolean(true)).isFalse();
    assertThat(end.text("partial_text")).isEqualTo("so far");
    closed.get(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
