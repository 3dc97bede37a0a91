package dev.parley.gateway.agent.responses;

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

/** One run in the dialect, without a network. Single quotes in events stand for double ones. */
final class Answers {

  final List<AgentEvent> shown = new ArrayList<>();
  final ModelSession session;
  private HttpCall call;

  private Answers(ModelSession session) {
    this.session = session;
    this.call = session.nextCall(List.of());
  }

  static ModelEndpoint endpoint(String parameters) {
    return new ModelEndpoint(
        URI.create("https://api.example/v1"),
        Optional.of("gpt-x"),
        Optional.of("Be kind."),
        Optional.of(RawJson.of(parameters.replace('\'', '"'))));
  }

  static Answers begin() {
    return begin("{}");
  }

  static Answers begin(String parameters) {
    try {
      return begin(new ResponsesDialect(endpoint(parameters)), History.EMPTY, "\"hi\"");
    } catch (UpstreamException e) {
      throw new AssertionError(e);
    }
  }

  static Answers begin(ResponsesDialect dialect, History history, String input)
      throws UpstreamException {
    return new Answers(
        dialect.begin(new SeenRun().request(RawJson.of(input), HistorySource.NONE), history));
  }

  /** An event of this type, with more members. */
  static String event(String type, String members) {
    String more = members.isEmpty() ? "" : "," + members.replace('\'', '"');
    return "{\"type\":\"response." + type + "\"" + more + "}";
  }

  static String added(int index, String item) {
    return event("output_item.added", "'output_index':" + index + ",'item':" + item);
  }

  static String done(int index, String item) {
    return event("output_item.done", "'output_index':" + index + ",'item':" + item);
  }

  static String text(int index, String delta) {
    return event("output_text.delta", "'output_index':" + index + ",'delta':'" + delta + "'");
  }

  static String completed(String output) {
    return event(
        "completed", "'response':{'id':'resp_1','status':'completed','output':" + output + "}");
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
  AgentEvent.Completed finished(String... data) throws UpstreamException {
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

  /** Ends these calls with this result, and asks again. */
  void next(List<ToolRequest> calls, String result) {
    List<ToolResult> results = new ArrayList<>();
    for (ToolRequest each : calls) {
      RawJson json = RawJson.of(result);
      results.add(new ToolResult(each, AgentEvent.ToolEnded.ok(each.call(), json)));
    }
    call = session.nextCall(results);
  }

  HttpCall call() {
    return call;
  }

  JsonNode body() {
    return json(call.body().toString());
  }

  JsonNode input() {
    return body().get("input");
  }

  static JsonNode json(String json) {
    return ServiceJson.read(json.replace('\'', '"')).orElseThrow();
  }

  /** The pieces of the answer, joined. */
  String said() {
    StringBuilder text = new StringBuilder();
    shown.forEach(event -> text.append(event instanceof AgentEvent.Message m ? m.delta() : ""));
    return text.toString();
  }

  /** The pieces of the thoughts, joined; each thought between brackets. */
  String thoughts() {
    StringBuilder text = new StringBuilder();
    for (AgentEvent event : shown) {
      if (event instanceof AgentEvent.Thinking thinking) {
        switch (thinking.phase()) {
          case START -> text.append('(');
          case END -> text.append(')');
          default -> text.append(thinking.text());
        }
      }
    }
    return text.toString();
  }
}
