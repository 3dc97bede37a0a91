package dev.parley.gateway.user;

import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.IdSource;
import java.time.Duration;

/**
 * What every user context works with.
 *
 * @param pages the bytes of pages that may be in memory at once
 * @param heartbeat the period of the heartbeat signal
 * @param maxFrameBytes told to clients in the welcome
 */
public record Services(
    EventLog log,
    Agents agents,
    AgentThreads agentThreads,
    IdSource ids,
    LimitConfig limits,
    RunConfig runs,
    PageBudget pages,
    Metrics metrics,
    Duration heartbeat,
    int maxFrameBytes) {}
