package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.PlayedSession;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Optional;

/** One run in the dialect, without a network. */
final class Chat extends PlayedSession {

  static final String DONE = "[DONE]";

  private Chat(ModelSession session) {
    super(session);
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

  JsonNode messages() {
    return body().get("messages");
  }

  JsonNode lastMessage() {
    return messages().get(messages().size() - 1);
  }

  static JsonNode json(String json) {
    return ServiceJson.read(json).orElseThrow();
  }
}
