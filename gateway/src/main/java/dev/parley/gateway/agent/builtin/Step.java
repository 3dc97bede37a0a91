package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.agent.AgentEvent;
import java.time.Duration;

/** An event and the pause before it. */
record Step(Duration pause, AgentEvent event) {}
