package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.trace.Traces;
import java.util.concurrent.Executor;

/** What the runs of all users work with. */
public record RunServices(
    Agents agents,
    AgentThreads threads,
    IdSource ids,
    RunConfig config,
    ToldEnds told,
    RunFailures failures,
    Metrics metrics,
    Traces traces) {

  /** Runs what must be neither at home nor on a thread of an agent. */
  public Executor callbacks() {
    return threads.callbacks();
  }
}
