package dev.parley.gateway.agent.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run of the dialect, played by hand: what it asks, what it shows, and how a step ends. */
final class Conversation {

  static final JsonMapper JSON = JsonMapper.builder().build();

  /** All events, with notes. */
  final List<AgentEvent> emitted = new ArrayList<>();

  /** The events without notes. */
  final List<AgentEvent> shown = new ArrayList<>();

  private final ModelSession session;
  private HttpCall call;

  private Conversation(ModelSession session) {
    this.session = session;
    this.call = session.nextCall(List.of());
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

  /** The request of the step that plays now. */
  HttpCall call() {
    return call;
  }

  JsonNode body() {
    try {
      return JSON.readTree(call.body().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode messages() {
    return body().get("messages");
  }

  /** Takes events, and returns whether the last of them ended the answer. */
  boolean take(String... events) throws UpstreamException {
    boolean last = false;
    for (String json : events) {
      last = session.take(new SseEvent("message", json, null), this::emit);
    }
    return last;
  }

  private void emit(AgentEvent event) {
    emitted.add(event);
    if (!(event instanceof AgentEvent.Note)) {
      shown.add(event);
    }
  }

  StepEnd end() throws UpstreamException {
    return session.end(this::emit);
  }

  /** A whole answer. */
  StepEnd play(String... events) throws UpstreamException {
    take(events);
    return end();
  }

  void next(ToolResult... results) {
    call = session.nextCall(List.of(results));
  }

  /** The request in another form, after this rejection. */
  Optional<HttpCall> without(UpstreamException rejection) {
    return session.callWithout(rejection);
  }

  /** The texts of the answer, joined. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (AgentEvent event : shown) {
      text.append(event instanceof AgentEvent.Message message ? message.delta() : "");
    }
    return text.toString();
  }
}
