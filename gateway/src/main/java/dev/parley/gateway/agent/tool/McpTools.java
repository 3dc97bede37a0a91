package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolSource;
import dev.parley.gateway.agent.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools of one MCP server. They are listed when a run first needs them; again when they are ten
 * minutes old, or after a minute when they may have changed. Callable from any thread; blocks none.
 */
final class McpTools {

  private static final Logger LOG = LoggerFactory.getLogger(McpTools.class);
  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);
  private static final long AGE = TimeUnit.MINUTES.toNanos(10);

  /** As many as the APIs of models take. */
  private static final int MAX_OFFERED = 128;

  private static final int MAX_NAMED = 5;

  /** For a whole list, so that no run waits longer for its tools. */
  private static final Duration LIST_TIMEOUT = Duration.ofSeconds(30);

  private final String name;
  private final McpClient client;
  private final LongSupplier nanos;
  private final Maker maker;
  private final Set<String> wanted = new ConcurrentSkipListSet<>();
  private List<Tool> tools = List.of();
  private boolean mayHaveChanged;
  private boolean hasFailed;
  private boolean isAwaited;
  private @Nullable Long readAt;
  private @Nullable CompletableFuture<List<Tool>> reading;

  /** Makes a tool of what a server has listed; empty if it cannot be used. */
  @FunctionalInterface
  interface Maker {
    Optional<McpTool> of(McpClient client, String server, String name, JsonNode listed);
  }

  /**
   * The tools of this server.
   *
   * @param gateway the version of this gateway, which the server is told
   */
  McpTools(McpConfig config, String gateway, Upstream upstream, LongSupplier nanos) {
    this(config, gateway, upstream, nanos, LIST_TIMEOUT, McpTool::of);
  }

  McpTools(
      McpConfig config,
      String gateway,
      Upstream upstream,
      LongSupplier nanos,
      Duration listTimeout,
      Maker maker) {
    this.name = config.name();
    this.client = new McpClient(config, gateway, upstream, listTimeout, this::changed);
    this.nanos = nanos;
    this.maker = maker;
  }

  /** As {@link McpClient#end}. */
  CompletableFuture<Void> end(Duration timeout) {
    return client.end(timeout);
  }

  private synchronized void changed() {
    mayHaveChanged = true;
  }

  /** All tools of the server, or the one with this name. */
  ToolSource source(String listed) {
    wanted.add(listed);
    return listed.equals(name)
        ? request -> all(request).thenApply(all -> all.stream().limit(MAX_OFFERED).toList())
        : request -> all(request).thenApply(all -> named(all, listed));
  }

  private static List<Tool> named(List<Tool> all, String wanted) {
    return all.stream().filter(tool -> tool.spec().name().equals(wanted)).toList();
  }

  /** All tools; those of before, or none, if the server cannot be asked. */
  private synchronized CompletableFuture<List<Tool>> all(AgentRequest run) {
    long now = nanos.getAsLong();
    long age = mayHaveChanged || hasFailed ? PAUSE : AGE;
    if (reading == null && (readAt == null || now - readAt >= age)) {
      // The list of before is used until the next has come, unless it may be wrong.
      isAwaited = mayHaveChanged || tools.isEmpty();
      mayHaveChanged = false;
      hasFailed = false;
      // The schemas are checked on no loop.
      reading = client.list(run).handleAsync(this::read);
    }
    return reading != null && isAwaited ? reading.copy() : CompletableFuture.completedFuture(tools);
  }

  /** Loops and other runs wait for the lock, so that nothing is checked while it is held. */
  @SuppressWarnings("IllegalCatch")
  private List<Tool> read(@Nullable McpList found, @Nullable Throwable failure) {
    if (found == null) {
      return failed(failure == null ? "" : ToolErrors.of(failure));
    }
    List<Tool> made;
    try {
      made = usable(found);
    } catch (RuntimeException | StackOverflowError e) {
      return failed(e.toString());
    }
    synchronized (this) {
      ended();
      tools = made;
    }
    return made;
  }

  private List<Tool> failed(String problem) {
    List<Tool> before;
    synchronized (this) {
      ended();
      hasFailed = true;
      before = tools;
    }
    LOG.warn(
        "tools.{}: its tools cannot be listed, so runs go on {}: {}",
        name,
        before.isEmpty() ? "without them" : "with those of before",
        problem);
    return before;
  }

  private synchronized void ended() {
    reading = null;
    readAt = nanos.getAsLong();
  }

  private List<Tool> usable(McpList found) {
    Map<String, Tool> byName = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    for (JsonNode listed : found.tools()) {
      Optional<String> known = McpTool.nameOf(listed);
      if (known.isEmpty()) {
        leftOut.add("one whose name is not " + McpTool.NAME);
        continue;
      }
      String tool = known.get();
      if (byName.containsKey(tool)) {
        leftOut.add(tool + ", which is listed twice");
        continue;
      }
      Optional<McpTool> made = maker.of(client, name, tool, listed);
      if (made.isPresent()) {
        byName.put(tool, made.get());
      } else {
        leftOut.add(tool + ", whose inputSchema is no JSON Schema of an object");
      }
    }
    warn(leftOut, byName, found.isCut());
    return List.copyOf(byName.values());
  }

  private void warn(List<String> leftOut, Map<String, Tool> usable, boolean isCut) {
    if (!leftOut.isEmpty()) {
      LOG.warn(
          "tools.{}: {} listed tools are left out: {}{}",
          name,
          leftOut.size(),
          String.join("; ", leftOut.subList(0, Math.min(leftOut.size(), MAX_NAMED))),
          leftOut.size() > MAX_NAMED ? "; …" : "");
    }
    if (isCut) {
      LOG.warn("tools.{}: its list is too long; only its beginning is used", name);
    }
    if (usable.size() > MAX_OFFERED && wanted.contains(name)) {
      LOG.warn(
          "tools.{}: has {} tools; an agent gets the first {}, or those that it names",
          name,
          usable.size(),
          MAX_OFFERED);
    }
    List<String> missing =
        wanted.stream()
            .filter(each -> !each.equals(name))
            .filter(each -> !usable.containsKey(each.substring(name.length() + 1)))
            .toList();
    if (!missing.isEmpty()) {
      LOG.warn("tools.{}: agents name tools that it does not list: {}", name, missing);
    }
  }
}
