package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A deterministic assistant without a model. It recognizes a few English phrases, calls its tools,
 * and streams its answer word by word. One instance serves all runs.
 */
final class BuiltinAgent implements Agent {

  private final Duration pace;
  private final ScheduledExecutorService timer;
  private final Executor worker;
  private final Clock clock;

  /**
   * Emits its events on the threads of this worker. The caller shuts it and the timer down.
   *
   * @param pace pause before each piece of an answer
   */
  BuiltinAgent(Duration pace, ScheduledExecutorService timer, Executor worker, Clock clock) {
    this.pace = pace;
    this.timer = timer;
    this.worker = worker;
    this.clock = clock;
  }

  @Override
  public String description() {
    return "A built-in assistant that follows fixed rules; it is not a language model.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    Script script = new Script(UserQuestion.of(request), request.context(), pace, clock);
    return Player.play(script, sink, timer, worker, request.cancellation());
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.REASONING, Ability.TOOLS);
  }
}
