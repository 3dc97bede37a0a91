package dev.parley.gateway.user.read;

import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import java.time.Duration;

/**
 * What the readers of all users work with.
 *
 * @param pages the bytes of pages that may be in memory at once
 * @param heartbeat the period of the heartbeat signal
 */
public record ReadServices(EventLog log, PageBudget pages, Duration heartbeat) {}
