package dev.parley.gateway.agent.tool;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.trace.ToolSpans;
import dev.parley.gateway.trace.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tools, each made once. Made and asked for sources by the thread that starts the gateway; the
 * sources are callable from any thread.
 */
public final class Toolbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Toolbox.class);

  /** How long a close waits for the servers whose sessions it ends. */
  private static final Duration TO_CLOSE = Duration.ofSeconds(1);

  private final ToolsConfig config;
  private final UpstreamClients clients;
  private final String gateway;
  private final LongSupplier nanos;
  private final Map<String, Tool> tools = new HashMap<>();
  private final Map<String, McpTools> servers = new HashMap<>();

  /**
   * Tools whose clients belong to the caller.
   *
   * @param gateway the version of this gateway, which servers are told
   */
  public Toolbox(ToolsConfig config, UpstreamClients clients, String gateway) {
    this(config, clients, gateway, System::nanoTime);
  }

  Toolbox(ToolsConfig config, UpstreamClients clients, String gateway, LongSupplier nanos) {
    this.gateway = gateway;
    this.nanos = nanos;
    this.config = config;
    this.clients = clients;
  }

  /** The tools of an agent, in the order in which they are listed. */
  public ToolSource of(List<String> names) {
    if (names.isEmpty()) {
      return ToolSource.NONE;
    }
    List<ToolSource> listed = new ArrayList<>();
    for (String name : names) {
      int dot = name.indexOf('.');
      String server = dot < 0 ? name : name.substring(0, dot);
      listed.add(
          config.servers().containsKey(server)
              ? servers.computeIfAbsent(server, this::openServer).source(name)
              : of(tools.computeIfAbsent(name, this::open)));
    }
    Traces traces = clients.traces();
    return traces.isOn()
        ? request -> all(listed, request).thenApply(all -> traced(all, traces.tools()))
        : request -> all(listed, request);
  }

  private static List<Tool> traced(List<Tool> tools, ToolSpans spans) {
    return tools.stream().<Tool>map(tool -> new TracedTool(tool, spans)).toList();
  }

  private static ToolSource of(Tool tool) {
    List<Tool> one = List.of(tool);
    return request -> CompletableFuture.completedFuture(one);
  }

  /** Asks all sources at the same time. */
  private static CompletionStage<List<Tool>> all(List<ToolSource> sources, AgentRequest request) {
    CompletionStage<List<Tool>> all = CompletableFuture.completedFuture(List.of());
    for (CompletionStage<List<Tool>> next :
        sources.stream().map(source -> source.tools(request)).toList()) {
      all =
          all.thenCombine(
              next, (before, more) -> Stream.concat(before.stream(), more.stream()).toList());
    }
    return all;
  }

  private McpTools openServer(String name) {
    McpConfig server = requireNonNull(config.servers().get(name), name);
    return new McpTools(
        server,
        gateway,
        clients.openTool("tools." + name, server.url(), server.connection()),
        nanos);
  }

  /**
   * Ends the sessions with servers. Waits for a second at most. Called before the clients close.
   */
  @Override
  public void close() {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            servers.values().stream()
                .map(server -> server.end(TO_CLOSE))
                .toArray(CompletableFuture[]::new));
    try {
      all.get(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      LOG.info("not every tool server has been told that its session ends");
    }
  }

  private Tool open(String name) {
    ToolConfig tool = requireNonNull(config.tools().get(name), name);
    return new HttpTool(
        tool, clients.openTool("tools." + name, tool.url().plain(), tool.connection()));
  }
}
