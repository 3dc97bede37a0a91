package dev.parley.gateway.user.run;

import dev.parley.gateway.monitor.Latencies;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.UserTier;
import java.time.Duration;

/** Measures one run: until its agent speaks first, and as a whole. Used at the user's home only. */
final class RunLatency {

  private final Home home;
  private final UserTier tier;
  private final AgentName agent;
  private final Latencies latencies;
  private long startedNanos;
  private boolean awaitsFirst;

  RunLatency(Home home, UserTier tier, AgentName agent, Latencies latencies) {
    this.home = home;
    this.tier = tier;
    this.agent = agent;
    this.latencies = latencies;
    this.startedNanos = home.nanoTime();
  }

  /** The agent is asked now. */
  void started() {
    startedNanos = home.nanoTime();
    awaitsFirst = true;
  }

  /** The run goes on after it has lasted for so long; the agent may have spoken before. */
  void resumed(Duration lasted) {
    startedNanos = home.nanoTime() - lasted.toNanos();
  }

  /** The agent gave events. */
  void agentSpoke() {
    if (awaitsFirst) {
      awaitsFirst = false;
      latencies.firstEvent(tier.tier().name(), agent.value()).record(elapsed());
    }
  }

  /** The log has the end. */
  void ended() {
    latencies.run(tier.tier().name(), agent.value()).record(elapsed());
  }

  private long elapsed() {
    return home.nanoTime() - startedNanos;
  }
}
