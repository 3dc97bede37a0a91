package dev.parley.gateway.tests.faults;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.protocol.RawJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A resumable agent that counts until a file exists: each number is a piece of text, or begins or
 * ends a tool. Its checkpoint is the next number. It is packed as a plug-in, so it uses nothing but
 * the gateway.
 */
public final class SteadyAgent implements Agent {

  /** Makes the agent available as type {@code steady}; its model is the file that ends runs. */
  public static final class SteadyProvider implements AgentProvider {
    @Override
    public String type() {
      return "steady";
    }

    @Override
    public Agent create(AgentSettings settings) {
      return new SteadyAgent(Path.of(settings.model().orElseThrow()));
    }
  }

  private final Path end;

  private SteadyAgent(Path end) {
    this.end = end;
  }

  @Override
  public String description() {
    return "Counts, also over restarts.";
  }

  @Override
  public boolean isResumable() {
    return true;
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    Resumption resumption = request.resumption();
    RawJson from = resumption == null ? null : resumption.checkpoint();
    long next = from == null ? 0 : Long.parseLong(from.toString());
    try {
      while (!request.cancellation().isCancelled() && !isAtEnd(next)) {
        RawJson after = RawJson.of(String.valueOf(next + 1));
        // Some are synced, so that some commits have more than one number.
        CompletionStage<Void> taken =
            next % 3 == 0
                ? sink.emitAllSynced(events(next), after)
                : sink.emitAll(events(next), after);
        taken.toCompletableFuture().join();
        next++;
      }
    } catch (CancellationException | CompletionException e) {
      return CompletableFuture.completedStage(null);
    }
    return CompletableFuture.completedStage(null);
  }

  private boolean isAtEnd(long next) {
    return next % 10 == 0 && Files.exists(end);
  }

  private static List<AgentEvent> events(long number) {
    String tool = "k" + number / 10;
    return switch ((int) (number % 10)) {
      case 3 -> List.of(said(number), new AgentEvent.ToolStarted(tool, "t", RawJson.of("{}")));
      case 6 -> List.of(AgentEvent.ToolEnded.ok(tool, RawJson.of("1")), said(number));
      default -> List.of(said(number));
    };
  }

  private static AgentEvent said(long number) {
    return new AgentEvent.Message(number + " ");
  }
}
