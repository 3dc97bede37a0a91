package dev.parley.gateway.agent;

import java.util.concurrent.Executor;

/**
 * Where agents run; nothing of an agent runs anywhere else.
 *
 * @param workers where they work and may block; rejects what it has no thread for
 * @param callbacks where runs what they hang on stages and cancellations; that must not block
 */
public record AgentThreads(Executor workers, Executor callbacks) {}
