package dev.parley.gateway.agent;

import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;

/** What the gateway lends to one agent, until the gateway ends. Callable from any thread. */
public interface AgentServices {

  /** The time of day. */
  Clock clock();

  /**
   * One thread that all agents share; its tasks must neither block nor compute. The gateway shuts
   * it down.
   */
  ScheduledExecutorService timer();

  /**
   * A part of the gateway for this agent, by its public type: {@code
   * agent.upstream.UpstreamFactory} for HTTP to the agent's service.
   *
   * @throws IllegalArgumentException when there is none of this type
   */
  <T> T get(Class<T> type);
}
