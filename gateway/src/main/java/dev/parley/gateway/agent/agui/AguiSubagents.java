package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Subagent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sub-agents of a run, by the ids that the agent gives. One of which nothing was told but its
 * id has that as its name. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/schema#events">Events</a>
 */
final class AguiSubagents {

  private final Map<String, Subagent> byId = new HashMap<>();

  /** A sub-agent begins; the parent is empty for one of the agent itself. */
  void start(String id, String name, String parent) throws UpstreamException {
    if (!id.isEmpty()) {
      ServiceMistake.checkCount("sub-agents", byId.size());
      byId.put(id, Subagent.of(id, name, parent));
    }
  }

  /** What tells agents apart: the id of a sub-agent; empty for the agent itself (null). */
  static String key(@Nullable Subagent by) {
    return by == null ? "" : by.id();
  }

  /** The sub-agent of this id; null for the agent itself, whose id is empty. */
  @Nullable Subagent find(String id) throws UpstreamException {
    if (!id.isEmpty() && !byId.containsKey(id)) {
      start(id, "", "");
    }
    return byId.get(id);
  }
}
