package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Subagent;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Who is at work in a graph, by the namespace of an event: {@code node:task|node:task}. A graph or
 * model that a tool has called is a sub-agent, other subgraphs are part of the agent itself. Used
 * by one thread at a time.
 */
final class GraphSubagents {

  private static final String OF_TOOL = "tools:";

  private final GraphMemory memory;
  private final GraphCalls calls;

  /** What the agent itself is named. Graphs without a name inherit it. */
  private String ownName = "";

  GraphSubagents(GraphMemory memory, GraphCalls calls) {
    this.memory = memory;
    this.calls = calls;
  }

  /**
   * Who a message is of.
   *
   * @param about what is known about it
   * @param namespace of the event, if that is not known about it
   */
  @Nullable Subagent of(JsonNode message, JsonNode about, String namespace)
      throws UpstreamException {
    String place = GraphMessages.text(about, "langgraph_checkpoint_ns");
    String known = place.isEmpty() ? namespace : place;
    String name = GraphMessages.text(about, "lc_agent_name");
    Subagent by = of(known, name(message, name, known));
    if (by == null && !name.isEmpty()) {
      ownName = name;
    }
    return by;
  }

  /** A model that a tool asks without a graph has the name of the agent around it. */
  private String name(JsonNode message, String name, String place) {
    boolean isInherited =
        name.isEmpty()
            || name.equals(ownName)
            || place.substring(place.lastIndexOf('|') + 1).startsWith(OF_TOOL);
    return isInherited ? GraphMessages.text(message, "name") : name;
  }

  /** The sub-agent that the tools at this place have asked; null if none has begun. */
  @Nullable Subagent atTool(String place) {
    String task = place.substring(place.lastIndexOf('|') + 1);
    return task.startsWith(OF_TOOL) ? memory.subagent(Subagent.of(task, "", "").id()) : null;
  }

  /** Who works in this namespace; null for the agent itself. The first name stays. */
  @Nullable Subagent of(String namespace, String name) throws UpstreamException {
    String task = "";
    String parent = "";
    for (String part : namespace.split("\\|", -1)) {
      if (part.startsWith(OF_TOOL)) {
        parent = task;
        task = part;
      }
    }
    if (task.isEmpty()) {
      return null;
    }
    Subagent found = Subagent.of(task, name, parent);
    Subagent known = memory.subagent(found.id());
    if (known == null) {
      ServiceMistake.checkCount("sub-agents", memory.subagents());
      known = name.isEmpty() ? Subagent.of(task, calls.onlyOpen(found.parent()), parent) : found;
      memory.begun(known);
    }
    return known;
  }

  /** The names of the nodes around, within the agent that is at work: {@code outer/inner/}. */
  static String path(String namespace) {
    List<String> parts = namespace.isEmpty() ? List.of() : List.of(namespace.split("\\|", -1));
    int first = parts.size();
    while (first > 0 && !parts.get(first - 1).startsWith(OF_TOOL)) {
      first--;
    }
    StringJoiner path = new StringJoiner("/", "", "/").setEmptyValue("");
    for (String part : parts.subList(first, parts.size())) {
      int colon = part.indexOf(':');
      path.add(colon < 0 ? part : part.substring(0, colon));
    }
    return path.toString();
  }
}
