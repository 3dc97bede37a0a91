package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.upstream.Upstream;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An agent that is a language model. Holds no thread while it waits for the model or the log. A
 * cancelled run ends when the connection is closed; whether the model stops is then not known. A
 * service that keeps its answers is told to stop, and confirms it. One instance serves all runs.
 */
public final class ModelAgent implements Agent {

  /**
   * What a run may use.
   *
   * @param historyBytes maximum of the thread that the model is told
   * @param steps maximum of requests in one run
   */
  public record ModelLimits(int historyBytes, int steps) {}

  private final String description;
  private final Set<Ability> abilities;
  private final ModelDialect dialect;
  private final Upstream upstream;
  private final ModelLimits limits;
  private final ToolSource tools;

  /** A model without tools. */
  public ModelAgent(
      String description,
      Set<Ability> abilities,
      ModelDialect dialect,
      Upstream upstream,
      ModelLimits limits) {
    this(description, abilities, dialect, upstream, limits, ToolSource.NONE);
  }

  /** A model with these tools. */
  public ModelAgent(
      String description,
      Set<Ability> abilities,
      ModelDialect dialect,
      Upstream upstream,
      ModelLimits limits,
      ToolSource tools) {
    this.tools = tools;
    this.description = description;
    this.abilities = Set.copyOf(abilities);
    this.dialect = dialect;
    this.upstream = upstream;
    this.limits = limits;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    return new ModelRun(dialect, upstream, limits.steps(), request, sink)
        .start(limits.historyBytes(), tools);
  }

  @Override
  public Set<Ability> abilities() {
    return abilities;
  }

  @Override
  public boolean confirmsCancel() {
    return dialect.isResumable();
  }

  @Override
  public boolean isResumable() {
    return dialect.isResumable();
  }
}
