package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thinking, steps and sub-agents of a run. A step that has ended has progress 1. Used by one
 * thread.
 */
final class AguiThoughts {

  private static final String GAP = "\n\n";

  private final Consumer<AgentEvent> out;

  /** Open steps and sub-agents, their names by a key of their own. */
  private final Map<String, String> open = new LinkedHashMap<>();

  private boolean thinking;

  /** The agent has not said that it begins to think; it will not say that it ends. */
  private boolean unannounced;

  /** The message of the last text since the thinking began. */
  private @Nullable String last;

  AguiThoughts(Consumer<AgentEvent> out) {
    this.out = out;
  }

  void start() {
    if (!thinking) {
      out.accept(Thinking.start());
      last = null;
    }
    thinking = true;
    unannounced = false;
  }

  /** The next piece of a thought; each message is a paragraph. */
  void text(String message, String delta) {
    if (delta.isEmpty()) {
      return;
    }
    if (!thinking) {
      start();
      unannounced = true;
    }
    out.accept(Thinking.delta(last == null || last.equals(message) ? delta : GAP + delta));
    last = message;
  }

  void end() {
    if (thinking) {
      out.accept(Thinking.end());
    }
    thinking = false;
  }

  /** Something else begins. */
  void pause() {
    if (unannounced) {
      end();
    }
  }

  void stepStarted(String name) throws UpstreamException {
    begin("step " + name, name);
  }

  void stepFinished(String name) {
    finish("step " + name);
  }

  void subagentStarted(String id, String name) throws UpstreamException {
    begin("sub-agent " + id, name.isEmpty() ? id : name);
  }

  void subagentEnded(String id) {
    finish("sub-agent " + id);
  }

  private void begin(String key, String name) throws UpstreamException {
    AguiMistake.checkCount("steps", open.size());
    if (!name.isEmpty() && open.putIfAbsent(key, name) == null) {
      out.accept(Thinking.step(name));
    }
  }

  private void finish(String key) {
    String name = open.remove(key);
    if (name != null) {
      out.accept(new Thinking(ThinkingPhase.STEP, null, name, 1.0));
    }
  }

  /** Ends all that the agent left open. */
  void endAll() {
    end();
    for (String key : open.keySet().toArray(String[]::new)) {
      finish(key);
    }
  }
}
