package dev.parley.gateway.user.read;

import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.monitor.Latencies;
import java.time.Duration;

/**
 * What the readers of all users work with.
 *
 * @param pages the bytes of pages that may be in memory at once
 * @param heartbeat the period of the heartbeat signal
 * @param latencies how long deliveries and resumes take
 */
public record ReadServices(
    EventLog log, PageBudget pages, Duration heartbeat, Latencies latencies) {}
