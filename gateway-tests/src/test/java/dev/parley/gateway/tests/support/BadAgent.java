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
import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.report.Tally.Counted;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An agent that misbehaves. The input names the misbehaviour, and whether a tool call is open at
 * that time.
 */
public final class BadAgent implements Agent {

  /** Makes the agent available to the tests as type {@code bad}. */
  public static final class BadProvider implements AgentProvider {
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
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  @Override
  public String description() {
    return "Behaves badly.";
  }

  private static final String WITH_A_TOOL = ", a tool open";

  @Override
  @SuppressWarnings("NullAway") // An agent compiled without null checks may pass null.
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception {
    String asked = Json.parse(request.input().toString()).asText();
    String what = asked.replace(WITH_A_TOOL, "");
    Tally.add(Counted.FAULTS, what.equals("behave") ? 0 : 1);
    if (what.equals("say nothing")) {
      return new CompletableFuture<>();
    }
    say(sink, new AgentEvent.Message("so far"));
    if (asked.endsWith(WITH_A_TOOL)) {
      say(sink, new AgentEvent.ToolStarted("open", "tool", EMPTY));
    }
    switch (what) {
      case "leave" -> {}
      case "throw" -> throw new IllegalStateException("thrown by the test");
      case "throw an error" -> throw new StackOverflowError("thrown by the test");
      case "crash later" -> {
        return CompletableFuture.failedFuture(new IllegalStateException("crashed by the test"));
      }
      case "return nothing" -> {
        return null;
      }
      case "say null" -> say(sink, null);
      case "say a part that is missing" -> say(sink, new AgentEvent.Custom(null, EMPTY));
      case "never end" -> {
        return new CompletableFuture<>();
      }
      case "block" -> new CountDownLatch(1).await();
      case "talk on and on" -> {
        while (!request.cancellation().isCancelled()) {
          sink.emit(new AgentEvent.Message("on ")).toCompletableFuture().join();
          LockSupport.parkNanos(PACE_NANOS);
        }
      }
      case "fail as its model did" ->
          say(sink, new AgentEvent.Failed(ErrorCode.RATE_LIMITED, "too many questions", true));
      case "talk without end" -> {
        for (int i = 0; i < 400 && !request.cancellation().isCancelled(); i++) {
          sink.emit(new AgentEvent.Message("x".repeat(32 * 1024))).toCompletableFuture().join();
        }
      }
      case "leave a tool open" -> say(sink, new AgentEvent.ToolStarted("k1", "tool", EMPTY));
      case "end a tool that never began" -> say(sink, AgentEvent.ToolEnded.ok("k1", EMPTY));
      case "begin a tool twice" -> {
        say(sink, new AgentEvent.ToolStarted("k1", "tool", EMPTY));
        say(sink, new AgentEvent.ToolStarted("k1", "other", EMPTY));
      }
      case "end twice" -> {
        say(sink, AgentEvent.Completed.stop());
        say(sink, new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "again", false));
      }
      case "go on after the end" -> {
        say(sink, AgentEvent.Completed.stop());
        say(sink, new AgentEvent.Message("one more thing"));
        say(sink, new AgentEvent.ToolStarted("k1", "tool", EMPTY));
      }
      case "think without a beginning" -> {
        say(sink, AgentEvent.Thinking.end());
        say(sink, AgentEvent.Thinking.delta("hm"));
        say(sink, AgentEvent.Thinking.start());
        say(sink, AgentEvent.Thinking.start());
        say(sink, AgentEvent.Thinking.step(""));
      }
      case "junk" -> say(sink, new AgentEvent.Custom("x", RawJson.of("{\"a\":")));
      case "a state too large" -> say(sink, new AgentEvent.State(false, text(300 * 1024)));
      case "a text too large" -> say(sink, new AgentEvent.Message("x".repeat(9 << 20)));
      case "too many tools" -> {
        for (int i = 0; i <= 128; i++) {
          say(sink, new AgentEvent.ToolStarted("k" + i, "tool", EMPTY));
        }
      }
      case "a result too large" -> {
        say(sink, new AgentEvent.ToolStarted("k1", "tool", EMPTY));
        say(sink, AgentEvent.ToolEnded.ok("k1", text(300 * 1024)));
      }
      case "flood" -> {
        for (int i = 0; i < 100 && !request.cancellation().isCancelled(); i++) {
          say(sink, new AgentEvent.Message("z".repeat(3 << 20)));
        }
      }
      default -> say(sink, new AgentEvent.Completed(Finish.STOP, null, request.context()));
    }
    return CompletableFuture.completedFuture(null);
  }

  private static RawJson text(int length) {
    return RawJson.of('"' + "y".repeat(length) + '"');
  }

  // Does not wait for the returned stage.
  private static void say(AgentSink sink, AgentEvent event) {
    var ignored = sink.emit(event);
  }
}
