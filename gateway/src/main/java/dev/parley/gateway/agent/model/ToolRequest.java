package dev.parley.gateway.agent.model;

import dev.parley.gateway.protocol.RawJson;

/**
 * A tool call of a model.
 *
 * @param call the model's id of the call, unique within the run
 * @param arguments a JSON object, or what the model gave in its place, as a JSON string
 */
public record ToolRequest(String call, String tool, RawJson arguments) {}
