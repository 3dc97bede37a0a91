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
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.testng.annotations.Test;

/** Whole runs with a service that speaks Anthropic's Messages, and what it is asked. */
@Test(groups = "chat_events")
public class AnthropicAgentTest extends GatewayTest {

  private static final String KEY = "sk-ant-of-the-tests";
  private static final String START =
      "{'type':'message_start','message':{'usage':{'input_tokens':10,'output_tokens':1}}}";
  private static final String STOP = "{'type':'message_stop'}";
  private static final String THINKING =
      "{\"type\":\"thinking\",\"thinking\":\"Which tool?\",\"signature\":\"c2ln/+==\"}";
  private static final String REDACTED = "{ \"type\":\"redacted_thinking\",\"data\":\"ZW5j\" }";

  private ScriptedService service;

  @Override
  protected Map<String, String> settings() {
    service = keeping(ScriptedService.of(AnthropicAgentTest::serve));
    return Map.of(
        "agents.default", "claude",
        "agents.claude.type", "anthropic",
        "agents.claude.url", service.uri("").toString(),
        "agents.claude.model", "claude-x",
        "agents.claude.api_key", KEY,
        "agents.claude.system", "Be brief.");
  }

  /** Answers as the last words of the user say. */
  private static void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    JsonNode messages = Json.parse(dialogue.body()).path("messages");
    JsonNode last = messages.get(messages.size() - 1);
    String words = last.path("content").toString();
    dialogue.beginStream();
    send(dialogue, START);
    if (last.path("role").asText().equals("assistant")) {
      sayAndStop(dialogue, "two.", "end_turn");
    } else if (words.contains("tool_result")) {
      sayAndStop(dialogue, "I have no clock.", "end_turn");
    } else if (words.contains("what time")) {
      callAClock(dialogue);
    } else if (words.contains("count")) {
      sayAndStop(dialogue, "One, ", "pause_turn");
    } else if (words.contains("wait")) {
      say(dialogue, "Well, ");
      dialogue.awaitClose();
    } else if (words.contains("refuse")) {
      say(dialogue, "I would ");
      stop(dialogue, "refusal");
    } else if (words.contains("overload")) {
      say(dialogue, "I am ");
      send(
          dialogue, "{'type':'error','error':{'type':'overloaded_error','message':'" + KEY + "'}}");
    } else {
      sayAndStop(dialogue, "Hello.", "end_turn");
    }
    dialogue.endStream();
  }

  private static void callAClock(Dialogue dialogue) throws Exception {
    begin(dialogue, 0, "{'type':'thinking','thinking':'','signature':''}");
    delta(dialogue, 0, "{'type':'thinking_delta','thinking':'Which tool?'}");
    delta(dialogue, 0, "{'type':'signature_delta','signature':'c2ln/+=='}");
    send(dialogue, "{'type':'content_block_stop','index':0}");
    begin(dialogue, 1, REDACTED);
    send(dialogue, "{'type':'content_block_stop','index':1}");
    begin(dialogue, 2, "{'type':'tool_use','id':'toolu_1','name':'clock','input':{}}");
    delta(dialogue, 2, "{'type':'input_json_delta','partial_json':'{}'}");
    send(dialogue, "{'type':'content_block_stop','index':2}");
    stop(dialogue, "tool_use");
  }

  private static void sayAndStop(Dialogue dialogue, String text, String reason) throws Exception {
    say(dialogue, text);
    stop(dialogue, reason);
  }

  private static void say(Dialogue dialogue, String text) throws Exception {
    begin(dialogue, 0, "{'type':'text','text':''}");
    delta(dialogue, 0, "{'type':'text_delta','text':'" + text + "'}");
  }

  private static void stop(Dialogue dialogue, String reason) throws Exception {
    send(
        dialogue,
        "{'type':'message_delta','delta':{'stop_reason':'"
            + reason
            + "'},'usage':{'output_tokens':5}}");
    send(dialogue, STOP);
  }

  private static void begin(Dialogue dialogue, int index, String block) throws Exception {
    send(
        dialogue,
        "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}");
  }

  private static void delta(Dialogue dialogue, int index, String delta) throws Exception {
    send(dialogue, "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}");
  }

  private static void send(Dialogue dialogue, String event) throws Exception {
    String json = event.replace('\'', '"');
    dialogue.chunk("event: " + Json.parse(json).path("type").asText() + "\ndata: " + json + "\n\n");
  }

  public void theModelGetsItsThoughtsBackWithTheEndOfItsTool() {
    List<Received> run = ask("what time is it?");
    assertThat(run.stream().map(Received::type).distinct())
        .containsExactly(
            "agent_started",
            "agent_thinking",
            "tool_executing",
            "tool_completed",
            "agent_message",
            "agent_completed");
    assertThat(last(run).text("text")).isEqualTo("I have no clock.");
    assertThat(last(run).payload().path("usage"))
        .hasToString("{\"input_tokens\":20,\"output_tokens\":10}");
    assertThat(asked().body())
        .contains(
            "\"content\":[" + THINKING + "," + REDACTED + ",{\"type\":\"tool_use\"",
            "\"tool_use_id\":\"toolu_1\"",
            "\"is_error\":true");
    assertThat(run.toString()).doesNotContain("c2ln", "ZW5j", KEY);
  }

  public void aPausedTurnGoesOnInTheSameRun() {
    List<Received> run = ask("count to two");
    assertThat(last(run).text("text")).isEqualTo("One, two.");
    assertThat(asked().body()).contains("{\"type\":\"text\",\"text\":\"One, \"}");
  }

  public void theRequestHasItsHeadersAndTheSystemText() {
    ask("hello");
    Dialogue asked = asked();
    assertThat(asked.requestLine()).startsWith("POST /v1/messages ");
    assertThat(asked.header("x-api-key")).isEqualTo(KEY);
    assertThat(asked.header("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(asked.header("authorization")).isEmpty();
    assertThat(asked.body())
        .contains("\"system\":\"Be brief.\"", "\"max_tokens\":4096", "\"model\":\"claude-x\"");
  }

  public void aCancelledTurnIsMarkedInTheNextRequest() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait").runId();
    client.await("agent_message");
    client.ask(Commands.cancelRun("c1", run));
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.text("partial_text")).isEqualTo("Well, ");
    client.runToEnd("t1", "hello");
    JsonNode messages = Json.parse(asked().body()).path("messages");
    assertThat(roles(messages)).containsExactly("user", "assistant", "user");
    assertThat(messages.get(1).toString()).contains("Well, ", "cancelled before it was complete");
  }

  public void theCallOfAnEarlierTurnHasItsResult() {
    WsClient client = connect(ada);
    client.runToEnd("t1", "what time is it?");
    client.runToEnd("t1", "hello");
    assertThat(asked().body())
        .contains("\"content\":[" + THINKING + "," + REDACTED + ",{\"type\":\"tool_use\"");
    JsonNode messages = Json.parse(asked().body()).path("messages");
    assertThat(roles(messages)).containsExactly("user", "assistant", "user", "assistant", "user");
    assertThat(messages.get(2).path("content").get(0).path("type").asText())
        .isEqualTo("tool_result");
  }

  public void aRefusalEndsTheRunOnceAndKeepsTheText() {
    Received end = last(ask("refuse"));
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).isEqualTo("content_filter");
    assertThat(end.text("partial_text")).isEqualTo("I would ");
  }

  public void anErrorInTheStreamQuotesNothing() {
    List<Received> run = ask("overload");
    assertThat(last(run).text("code")).isEqualTo("upstream_rate_limited");
    assertThat(last(run).payload().path("retryable").asBoolean()).isTrue();
    assertThat(run.toString()).doesNotContain(KEY);
  }

  private List<Received> ask(String words) {
    return connect(ada).runToEnd("t1", words);
  }

  private static Received last(List<Received> run) {
    return run.get(run.size() - 1);
  }

  private static List<String> roles(JsonNode messages) {
    return StreamSupport.stream(messages.spliterator(), false)
        .map(message -> message.path("role").asText())
        .toList();
  }

  /** The newest request. */
  private Dialogue asked() {
    List<Dialogue> all = service.dialogues();
    return all.get(all.size() - 1);
  }
}
