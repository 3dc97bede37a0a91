package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A tool of an MCP server, as the server has listed it. The server checks the arguments of a call:
 * its schema is never evaluated here, because a pattern in it can keep a thread busy for ever.
 *
 * @param name by which the server knows it
 * @param spec under the name that people see
 */
record McpTool(McpClient client, String name, ToolSpec spec) implements Tool {

  /** Of the names that the specification allows, and that can be shown. */
  static final String NAME = "[A-Za-z0-9_./-]{1,128}";

  private static final int MAX_DESCRIPTION = 4000;
  private static final int MAX_SCHEMA = 64 * 1024;
  private static final RawJson ANY = RawJson.of("{\"type\":\"object\"}");

  /** The name in a list; empty if it is none. */
  static Optional<String> nameOf(JsonNode listed) {
    return Optional.of(listed.path("name").asText("")).filter(name -> name.matches(NAME));
  }

  /** A listed tool; empty if what should be the schema of its arguments is none. */
  static Optional<McpTool> of(McpClient client, String server, String name, JsonNode listed) {
    String told = listed.path("description").asText("");
    String description = Texts.whole(told.substring(0, Math.min(told.length(), MAX_DESCRIPTION)));
    return parameters(listed.path("inputSchema"))
        .map(
            json ->
                new McpTool(client, name, new ToolSpec(server + "." + name, description, json)));
  }

  private static Optional<RawJson> parameters(JsonNode schema) {
    if (schema.isMissingNode()) {
      return Optional.of(ANY);
    }
    String json = schema.toString();
    return json.length() <= MAX_SCHEMA && ArgumentSchema.isOfObjects(schema)
        ? Optional.of(RawJson.of(json))
        : Optional.empty();
  }

  @Override
  public Optional<String> refusal(ToolRequest call) {
    return Optional.empty();
  }

  @Override
  public CompletableFuture<AgentEvent.ToolEnded> call(
      AgentRequest request,
      ToolRequest call,
      Function<ToolProgress, CompletionStage<Void>> progress) {
    return client.call(request, call, name, progress);
  }
}
