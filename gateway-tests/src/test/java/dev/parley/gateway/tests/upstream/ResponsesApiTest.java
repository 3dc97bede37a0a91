package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A gateway whose agent is a service that speaks the Responses API. */
@Test(groups = "chat_events")
public class ResponsesApiTest extends GatewayTest {

  private static final String SECRET = "gAAAA-thought-of-the-model-77";
  private static final String THOUGHT =
      "{'id':'rs_1','type':'reasoning','summary':[],'encrypted_content':'" + SECRET + "'}";
  private static final String CALL =
      "{'id':'fc_1','type':'function_call','call_id':'call_7','name':'look_up',"
          + "'arguments':'{\\\"city\\\":\\\"Oslo\\\"}','status':'completed'}";
  private static final String SEARCH =
      "{'id':'ws_1','type':'web_search_call','status':'completed','action':{'query':'weather'}}";

  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(this::serve));
    return Map.of(
        "agents.default", "model",
        "agents.model.type", "openai",
        "agents.model.api", "responses",
        "agents.model.url", service.uri("/v1").toString(),
        "agents.model.model", "a-model",
        "agents.model.system", "Be kind.",
        "agents.model.parameters", "{\"reasoning\":{\"summary\":\"auto\"}}",
        "agents.model.api_key", "key-of-the-test-41");
  }

  @BeforeMethod(alwaysRun = true)
  public void forget() {
    requests.clear();
  }

  private static String event(String type, String members) {
    String data = "{'type':'response." + type + "'," + members + "}";
    return "event: response." + type + "\ndata: " + data.replace('\'', '"') + "\n\n";
  }

  private static String done(int index, String item) {
    return event("output_item.done", "'output_index':" + index + ",'item':" + item);
  }

  private static String completed(String output) {
    String usage = "'usage':{'input_tokens':3,'output_tokens':4}";
    return event(
        "completed",
        "'response':{'id':'resp_1','status':'completed','output':[" + output + "]," + usage + "}");
  }

  /** Answers by the last item of the input. */
  private void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    assertThat(dialogue.requestLine()).isEqualTo("POST /v1/responses HTTP/1.1");
    JsonNode request = Json.parse(dialogue.body());
    requests.add(request);
    JsonNode input = request.path("input");
    String asked = input.get(input.size() - 1).path("content").asText();
    dialogue.beginStream();
    dialogue.chunk(event("created", "'response':{'id':'resp_1','status':'in_progress'}"));
    if (asked.equals("look it up")) {
      dialogue.chunk(done(0, THOUGHT) + done(1, CALL) + completed(THOUGHT + "," + CALL));
    } else {
      String search = asked.equals("search for it") ? done(0, SEARCH) : "";
      dialogue.chunk(search + event("output_text.delta", "'output_index':1,'delta':'Sunny.'"));
      dialogue.chunk(completed(""));
    }
    dialogue.endStream();
  }

  private static List<Received> run(WsClient client, String input) {
    String run = client.ask(Commands.startAgent(WsClient.newId(), "t1", "model", input)).runId();
    client.awaitEnd(run);
    return client.thread("t1").eventsOf(run);
  }

  private static List<String> types(JsonNode request) {
    List<String> types = new ArrayList<>();
    request.path("input").forEach(item -> types.add(item.path("type").asText()));
    return types;
  }

  public void aRequestIsAsTheApiWantsIt() {
    List<Received> run = run(connect(ada), "hello");
    assertThat(run.get(run.size() - 1).text("text")).isEqualTo("Sunny.");
    assertThat(run.get(run.size() - 1).payload().path("usage").path("output_tokens").asInt())
        .isEqualTo(4);
    JsonNode request = requests.get(0);
    assertThat(request.path("instructions").asText()).isEqualTo("Be kind.");
    assertThat(request.path("store").asBoolean(true)).isFalse();
    assertThat(request.path("stream").asBoolean()).isTrue();
    assertThat(request.path("reasoning").path("summary").asText()).isEqualTo("auto");
  }

  public void aToolOfTheServiceIsShownWithItsResult() {
    List<Received> run = run(connect(ada), "search for it");
    assertThat(run)
        .extracting(Received::type)
        .containsSubsequence(
            "tool_executing", "tool_completed", "agent_message", "agent_completed");
    Received tool =
        run.stream().filter(each -> each.type().equals("tool_completed")).findFirst().orElseThrow();
    assertThat(tool.payload().path("result").path("action").path("query").asText())
        .isEqualTo("weather");
  }

  public void aThoughtGoesBackInThisRunAndTheNextAndToNobodyElse() {
    WsClient client = connect(ada);
    run(client, "look it up");
    assertThat(types(requests.get(1)))
        .containsExactly("message", "reasoning", "function_call", "function_call_output");
    run(client, "hello again");
    JsonNode next = requests.get(2);
    assertThat(types(next))
        .containsExactly(
            "message", "reasoning", "function_call", "function_call_output", "message", "message");
    assertThat(next.path("input").get(1)).isEqualTo(Json.parse(THOUGHT.replace('\'', '"')));
    assertThat(next.path("input").get(2).path("call_id"))
        .isEqualTo(next.path("input").get(3).path("call_id"));
    WsClient other = connect(ada);
    other.readAll("t1");
    other.barrier();
    assertThat(client.received()).noneMatch(frame -> frame.toString().contains(SECRET));
    assertThat(other.received()).noneMatch(frame -> frame.toString().contains(SECRET));
  }
}
