package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An agent that emits the events that its input lists: a JSON list of objects with the member
 * {@code do}, as a text. The event {@code wait} waits until the run is cancelled, and confirms it.
 */
public final class ActorAgent implements Agent {

  /** Makes the agent available to the tests as type {@code actor}. */
  public static final class ActorProvider implements AgentProvider {
    @Override
    public String type() {
      return "actor";
    }

    @Override
    public Agent create(AgentSettings settings) {
      return new ActorAgent();
    }
  }

  @Override
  public String description() {
    return "Does what its input says.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception {
    for (JsonNode each : Json.parse(Json.parse(request.input().toString()).asText())) {
      if (each.path("do").asText().equals("wait")) {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        request.cancellation().onCancel(() -> cancelled.complete(null));
        return cancelled;
      }
      sink.emit(event(each)).toCompletableFuture().join();
    }
    return CompletableFuture.completedFuture(null);
  }

  private static AgentEvent event(JsonNode each) {
    String text = each.path("text").asText().repeat(each.path("times").asInt(1));
    return switch (each.path("do").asText()) {
      case "think" -> AgentEvent.Thinking.delta(text).by(by(each));
      case "say" -> new AgentEvent.Message(text);
      case "call" -> new AgentEvent.ToolStarted(text, text, raw(each, "arguments"), by(each));
      case "return" -> AgentEvent.ToolEnded.ok(text, raw(each, "result"));
      case "return text" -> AgentEvent.ToolEnded.ok("call", RawJson.of('"' + text + '"'));
      case "return error" -> AgentEvent.ToolEnded.error("call", text);
      case "complete" ->
          new AgentEvent.Completed(
              Finish.STOP, each.has("usage") ? raw(each, "usage") : null, null);
      case "fail" ->
          new AgentEvent.Failed(
              ErrorCode.valueOf(each.path("code").asText().toUpperCase(Locale.ROOT)),
              text,
              each.path("retryable").asBoolean(),
              each.has("after") ? Duration.ofMillis(each.path("after").asLong()) : null);
      default -> throw new IllegalArgumentException("do: " + each);
    };
  }

  /** The sub-agent that the event names. */
  private static @Nullable Subagent by(JsonNode each) {
    String name = each.path("by").asText();
    return name.isEmpty() ? null : new Subagent(name, name);
  }

  private static RawJson raw(JsonNode each, String name) {
    return RawJson.of(each.path(name).toString());
  }
}
