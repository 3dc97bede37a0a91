package dev.parley.gateway.tests.support;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An agent that echoes its input in pieces, as a model may send any text. */
public final class ParrotAgent implements Agent {

  /** Makes the agent available to the tests as type {@code mimic}. */
  public static final class ParrotProvider implements AgentProvider {
    @Override
    public String type() {
      return "mimic";
    }

    @Override
    public Agent create(AgentSettings settings) {
      return new ParrotAgent();
    }
  }

  private static final int PIECES = 20;

  @Override
  public String description() {
    return "Echoes its input.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    String words = Json.parse(request.input().toString()).asText();
    int piece = words.length() / PIECES + 1;
    for (int at = 0; at < words.length(); at += piece) {
      String part = words.substring(at, Math.min(words.length(), at + piece));
      sink.emit(new AgentEvent.Message(part)).toCompletableFuture().join();
    }
    sink.emit(AgentEvent.Completed.stop()).toCompletableFuture().join();
    return CompletableFuture.completedFuture(null);
  }
}
