package dev.parley.gateway.agent;

import java.util.concurrent.Executor;

/**
 * The executors of agents. No code of an agent runs on any other thread of the gateway.
 *
 * @param workers runs agents, which may block; rejects a task when all threads are in use
 * @param callbacks runs what agents attach to stages and cancellations, which must not block
 */
public record AgentThreads(Executor workers, Executor callbacks) {}
