package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;

/** The end of a tool call, to be told to the model. */
public record ToolResult(ToolRequest request, AgentEvent.ToolEnded end) {}
