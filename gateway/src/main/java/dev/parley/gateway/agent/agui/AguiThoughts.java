package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thinking and the steps of a run, of the agent itself and of its sub-agents. A step that has
 * ended has progress 1. A sub-agent has one stretch of thinking, as long as it works. Used by one
 * thread.
 */
final class AguiThoughts {

  private static final String GAP = "\n\n";

  private final Consumer<AgentEvent> out;

  private final Map<StepKey, Thinking> open = new LinkedHashMap<>();

  private final Stretch own = new Stretch(null);

  /** The stretches of sub-agents that are at work, by their ids. */
  private final Map<String, Stretch> delegated = new LinkedHashMap<>();

  /** A step of the agent of this {@link AguiSubagents#key}. */
  private record StepKey(String agent, String name) {}

  /** A stretch of thinking. */
  private static final class Stretch {
    private final @Nullable Subagent by;
    private boolean open;

    /** The agent has not said that it begins to think; it will not say that it ends. */
    private boolean unannounced;

    /** The message of the last text since the thinking began. */
    private @Nullable String last;

    Stretch(@Nullable Subagent by) {
      this.by = by;
    }
  }

  AguiThoughts(Consumer<AgentEvent> out) {
    this.out = out;
  }

  private Stretch stretch(@Nullable Subagent by) {
    return by == null ? own : delegated.computeIfAbsent(by.id(), id -> new Stretch(by));
  }

  /** The agent itself (null) or a sub-agent begins to think. */
  void start(@Nullable Subagent by) {
    Stretch stretch = stretch(by);
    if (!stretch.open) {
      out.accept(Thinking.start().by(stretch.by));
      stretch.last = null;
    }
    stretch.open = true;
    stretch.unannounced = false;
  }

  /** The next piece of a thought; each message is a paragraph. */
  void text(@Nullable Subagent by, String message, String delta) {
    if (delta.isEmpty()) {
      return;
    }
    Stretch stretch = stretch(by);
    if (!stretch.open) {
      start(by);
      stretch.unannounced = true;
    }
    boolean goesOn = stretch.last == null || stretch.last.equals(message);
    out.accept(Thinking.delta(goesOn ? delta : GAP + delta).by(stretch.by));
    stretch.last = message;
  }

  /** The agent itself has ended to think. A sub-agent has only when its work ends. */
  void end(@Nullable Subagent by) {
    if (by == null && own.open) {
      out.accept(Thinking.end());
      own.open = false;
    }
  }

  /** The agent itself begins something else. */
  void pause() {
    if (own.unannounced) {
      end(null);
    }
  }

  void stepStarted(@Nullable Subagent by, String name) throws UpstreamException {
    ServiceMistake.checkCount("steps", open.size());
    Thinking step = Thinking.step(name).by(by);
    if (!name.isEmpty() && open.putIfAbsent(key(by, name), step) == null) {
      out.accept(step);
    }
  }

  void stepFinished(@Nullable Subagent by, String name) {
    finish(key(by, name));
  }

  private static StepKey key(@Nullable Subagent by, String name) {
    return new StepKey(AguiSubagents.key(by), name);
  }

  private void finish(StepKey key) {
    Thinking step = open.remove(key);
    if (step != null) {
      out.accept(new Thinking(ThinkingPhase.STEP, null, step.step(), 1.0, step.subagent()));
    }
  }

  /** The sub-agent has done its work, or has failed. */
  void workEnded(Subagent by) {
    workEnded(by.id());
  }

  private void workEnded(String id) {
    Stretch stretch = delegated.remove(id);
    if (stretch != null && stretch.open) {
      out.accept(Thinking.end().by(stretch.by));
    }
  }

  /** Ends all that the agent left open. */
  void endAll() {
    end(null);
    for (StepKey key : open.keySet().toArray(StepKey[]::new)) {
      finish(key);
    }
    for (String id : delegated.keySet().toArray(String[]::new)) {
      workEnded(id);
    }
  }
}
