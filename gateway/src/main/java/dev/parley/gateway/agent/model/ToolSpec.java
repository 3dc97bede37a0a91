package dev.parley.gateway.agent.model;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.protocol.RawJson;

/**
 * What a model is told of a tool.
 *
 * @param description when and how to use it; may be empty
 * @param parameters the JSON Schema of its arguments, which are an object
 */
public record ToolSpec(String name, String description, RawJson parameters) {
  public ToolSpec {
    requireNonNull(name, "name");
    requireNonNull(description, "description");
    requireNonNull(parameters, "parameters");
  }
}
