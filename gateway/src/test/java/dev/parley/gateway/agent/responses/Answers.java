package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.PlayedSession;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run in the dialect, without a network. Single quotes in events stand for double ones. */
final class Answers extends PlayedSession {

  private Answers(ModelSession session) {
    super(session);
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

  /** Ends these calls with this result, and asks again. */
  void next(List<ToolRequest> calls, String result) {
    List<ToolResult> results = new ArrayList<>();
    for (ToolRequest each : calls) {
      RawJson json = RawJson.of(result);
      results.add(new ToolResult(each, AgentEvent.ToolEnded.ok(each.call(), json)));
    }
    next(results);
  }

  JsonNode input() {
    return body().get("input");
  }

  static JsonNode json(String json) {
    return ServiceJson.read(json.replace('\'', '"')).orElseThrow();
  }
}
