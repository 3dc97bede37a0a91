package dev.parley.gateway.tests.support;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** An agent that does what it should not: the input says what. */
public final class BadAgent implements Agent {

  /** Puts it on the class path of the tests as type {@code bad}. */
  public static final class Provider implements AgentProvider {
    @Override
    public String type() {
      return "bad";
    }

    @Override
    public Agent create(AgentSettings settings) {
      return new BadAgent();
    }
  }

  private static final RawJson EMPTY = RawJson.of("{}");

  @Override
  public String description() {
    return "Behaves badly.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception {
    say(sink, new AgentEvent.Message("so far"));
    switch (Json.parse(request.input().toString()).asText()) {
      case "throw" -> throw new IllegalStateException("thrown by the test");
      case "never end" -> {
        return new CompletableFuture<>();
      }
      case "block" -> new CountDownLatch(1).await();
      case "leave a tool open" -> say(sink, new AgentEvent.ToolStarted("k1", "tool", EMPTY));
      case "end a tool that never began" -> say(sink, AgentEvent.ToolEnded.ok("k1", EMPTY));
      case "end twice" -> {
        say(sink, AgentEvent.Completed.stop());
        say(sink, new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "again", false));
      }
      case "go on behind the end" -> {
        say(sink, AgentEvent.Completed.stop());
        say(sink, new AgentEvent.Message("one more thing"));
      }
      case "junk" -> say(sink, new AgentEvent.Custom("x", RawJson.of("{\"a\":")));
      case "a state too large" -> say(sink, new AgentEvent.State(false, text(300 * 1024)));
      case "a result too large" -> {
        say(sink, new AgentEvent.ToolStarted("k1", "tool", EMPTY));
        say(sink, AgentEvent.ToolEnded.ok("k1", text(300 * 1024)));
      }
      case "talk without end" -> {
        for (int i = 0; i < 400 && !request.cancellation().isCancelled(); i++) {
          sink.emit(new AgentEvent.Message("x".repeat(32 * 1024))).toCompletableFuture().join();
        }
      }
      case "flood" -> {
        for (int i = 0; i < 10_000 && !request.cancellation().isCancelled(); i++) {
          say(sink, new AgentEvent.Custom("x", text(64 * 1024)));
        }
      }
      default -> say(sink, new AgentEvent.Completed(Finish.STOP, null, request.context()));
    }
    return CompletableFuture.completedFuture(null);
  }

  private static RawJson text(int length) {
    return RawJson.of('"' + "y".repeat(length) + '"');
  }

  // It never waits.
  private static void say(AgentSink sink, AgentEvent event) {
    var ignored = sink.emit(event);
  }
}
