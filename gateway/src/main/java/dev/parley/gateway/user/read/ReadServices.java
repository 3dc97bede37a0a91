package dev.parley.gateway.user.read;

import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.monitor.Metrics;
import java.time.Duration;

/**
 * What the readers of all users work with.
 *
 * @param pages the bytes of pages that may be in memory at once
 * @param heartbeat the period of the heartbeat signal
 * @param metrics counts and measures what is read
 */
public record ReadServices(EventLog log, PageBudget pages, Duration heartbeat, Metrics metrics) {}
