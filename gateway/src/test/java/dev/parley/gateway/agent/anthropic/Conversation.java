package dev.parley.gateway.agent.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.PlayedSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A run of the dialect, played by hand. */
final class Conversation extends PlayedSession {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private Conversation(ModelSession session) {
    super(session);
  }

  static Conversation begin() {
    return of(dialect("{}"), History.EMPTY, "\"hi\"");
  }

  static Conversation of(AnthropicDialect dialect, History history, String input) {
    try {
      return new Conversation(dialect.begin(request(input), history));
    } catch (UpstreamException e) {
      throw new AssertionError(e);
    }
  }

  static AnthropicDialect dialect(String parameters) {
    try {
      URI url = URI.create("https://api.example.org");
      return new AnthropicDialect(url, "claude", "Be brief.", RawMembers.parse(parameters));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AgentRequest request(String input) {
    return new SeenRun().request(RawJson.of(input), HistorySource.NONE);
  }

  JsonNode messages() {
    return body().get("messages");
  }

  void next(ToolResult... results) {
    next(List.of(results));
  }

  /** The request in another form, after this rejection. */
  Optional<HttpCall> without(UpstreamException rejection) {
    return session.callWithout(rejection);
  }
}
