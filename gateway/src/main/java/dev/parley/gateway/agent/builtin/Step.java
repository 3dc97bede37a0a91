package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.agent.AgentEvent;
import java.time.Duration;

/** One event and the pause before it. */
record Step(Duration pause, AgentEvent event) {}
