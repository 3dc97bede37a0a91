package dev.parley.gateway.agent.tool;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * All tools, each made once. Made and asked for sources by the thread that starts the gateway; the
 * sources are callable from any thread.
 */
public final class Toolbox {

  private final ToolsConfig config;
  private final UpstreamClients clients;
  private final Map<String, Tool> tools = new HashMap<>();

  /** Tools whose clients belong to the caller. */
  public Toolbox(ToolsConfig config, UpstreamClients clients) {
    this.config = config;
    this.clients = clients;
  }

  /** The tools of an agent, in the order in which they are listed. */
  public ToolSource of(List<String> names) {
    if (names.isEmpty()) {
      return ToolSource.NONE;
    }
    List<Tool> listed = new ArrayList<>();
    for (String name : names) {
      listed.add(tools.computeIfAbsent(name, this::open));
    }
    List<Tool> all = List.copyOf(listed);
    return request -> CompletableFuture.completedFuture(all);
  }

  private Tool open(String name) {
    ToolConfig tool = requireNonNull(config.tools().get(name), name);
    return new HttpTool(
        tool, clients.open("tools." + name, tool.url().plain(), tool.connection(), Map.of()));
  }
}
