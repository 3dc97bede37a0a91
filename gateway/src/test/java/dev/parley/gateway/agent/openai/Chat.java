package dev.parley.gateway.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run in the dialect, without a network. */
final class Chat {

  static final String DONE = "[DONE]";

  final List<AgentEvent> shown = new ArrayList<>();
  final ModelSession session;
  private HttpCall call;

  private Chat(ModelSession session) {
    this.session = session;
    this.call = session.nextCall(List.of());
  }

  static ModelEndpoint endpoint() {
    return new ModelEndpoint(
        URI.create("https://api.example/v1"),
        Optional.of("gpt-x"),
        Optional.of("Be kind."),
        Optional.empty());
  }

  static Chat begin() {
    try {
      return begin(endpoint(), History.EMPTY, "\"hi\"");
    } catch (UpstreamException e) {
      throw new AssertionError(e);
    }
  }

  static Chat begin(ModelEndpoint endpoint, History history, String input)
      throws UpstreamException {
    return new Chat(
        new OpenAiDialect(endpoint)
            .begin(new SeenRun().request(RawJson.of(input), HistorySource.NONE), history));
  }

  /** A chunk whose first choice has this delta. */
  static String delta(String delta) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":null}]}";
  }

  static String content(String text) {
    return delta("{\"content\":\"" + text + "\"}");
  }

  static String finish(String reason) {
    return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
  }

  static String tools(String pieces) {
    return delta("{\"tool_calls\":[" + pieces + "]}");
  }

  boolean take(String... data) throws UpstreamException {
    boolean over = false;
    for (String each : data) {
      over = session.take(new SseEvent("message", each, null), shown::add);
    }
    return over;
  }

  StepEnd end() throws UpstreamException {
    return session.end(shown::add);
  }

  StepEnd play(String... data) throws UpstreamException {
    take(data);
    return end();
  }

  /** How the run completes with this answer. */
  AgentEvent.Completed completed(String... data) throws UpstreamException {
    StepEnd end = play(data);
    assertThat(end).isInstanceOf(StepEnd.Finished.class);
    return ((StepEnd.Finished) end).event();
  }

  /** The tools that this answer calls. */
  List<ToolRequest> calls(String... data) throws UpstreamException {
    StepEnd end = play(data);
    assertThat(end).isInstanceOf(StepEnd.Calls.class);
    return ((StepEnd.Calls) end).calls();
  }

  /** How the run fails with this answer. */
  AgentEvent.Failed failed(String... data) {
    UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> play(data));
    assertThat(failure).as("failure").isNotNull();
    return failure.toEvent();
  }

  void next(List<ToolResult> results) {
    call = session.nextCall(results);
  }

  HttpCall call() {
    return call;
  }

  JsonNode body() {
    return json(call.body().toString());
  }

  JsonNode messages() {
    return body().get("messages");
  }

  JsonNode lastMessage() {
    return messages().get(messages().size() - 1);
  }

  static JsonNode json(String json) {
    return ServiceJson.read(json).orElseThrow();
  }

  /** The pieces of the answer, joined. */
  String text() {
    StringBuilder text = new StringBuilder();
    shown.forEach(event -> text.append(event instanceof AgentEvent.Message m ? m.delta() : ""));
    return text.toString();
  }

  /** The pieces of the thoughts, joined. */
  String thoughts() {
    StringBuilder text = new StringBuilder();
    for (AgentEvent event : shown) {
      boolean isDelta = event instanceof AgentEvent.Thinking thinking && thinking.text() != null;
      text.append(isDelta ? ((AgentEvent.Thinking) event).text() : "");
    }
    return text.toString();
  }
}
