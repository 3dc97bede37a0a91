package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The text of a run: the answer, and the thinking around it. What a sub-agent says is thinking of
 * its own, which ends with the tool that asked it. Used by one thread at a time.
 */
final class GraphThoughts {

  /** The maximum number of sub-agents whose thinking is open at once. */
  static final int MAX_OPEN = 64;

  private static final String GAP = "\n\n";

  private final Consumer<AgentEvent> out;
  private final GraphMemory memory;

  GraphThoughts(Consumer<AgentEvent> out, GraphMemory memory) {
    this.out = out;
    this.memory = memory;
  }

  /** The next piece of what is said; each message is a paragraph. */
  void say(@Nullable Subagent by, String message, String text) {
    if (by != null) {
      think(by, message, text);
    } else if (!text.isEmpty()) {
      pause(null);
      String before = memory.lastText();
      out.accept(
          new AgentEvent.Message(
              before.isEmpty() || before.equals(GraphMemory.cut(message)) ? text : GAP + text));
      memory.said(message);
    }
  }

  /** The next piece of a thought. */
  void think(@Nullable Subagent by, String message, String text) {
    if (text.isEmpty()) {
      return;
    }
    String before = memory.lastThought(by);
    if (before.isEmpty()) {
      makeRoom(by);
      out.accept(Thinking.start().by(by));
    }
    boolean goesOn = before.isEmpty() || before.equals(GraphMemory.cut(message));
    out.accept(Thinking.delta(goesOn ? text : GAP + text).by(by));
    memory.thought(by, message);
  }

  /** Ends the thinking that began first, if that of one more sub-agent would be too many. */
  private void makeRoom(@Nullable Subagent by) {
    List<Subagent> open = by == null ? List.of() : memory.thinking();
    if (open.size() >= MAX_OPEN) {
      end(open.get(0));
    }
  }

  /** The agent itself (null) begins something else. A sub-agent thinks on. */
  void pause(@Nullable Subagent by) {
    if (by == null) {
      end(null);
    }
  }

  /** The model of this agent speaks: those that its tools have asked have done their work. */
  void speaks(@Nullable Subagent by) {
    endAsked(by, memory.thinking());
  }

  /** No deeper than {@value #MAX_OPEN}: who speaks ends those below, so no circle is open. */
  private void endAsked(@Nullable Subagent by, List<Subagent> open) {
    String id = by == null ? null : by.id();
    for (Subagent each : open) {
      if (Objects.equals(each.parent(), id)) {
        endAsked(each, open);
        end(each);
      }
    }
  }

  /** The sub-agent has done its work, and so have those that it has asked. */
  void workEnded(Subagent by) {
    speaks(by);
    end(by);
  }

  /** Ends all thinking. */
  void endAll() {
    end(null);
    memory.thinking().forEach(this::end);
  }

  private void end(@Nullable Subagent by) {
    if (!memory.lastThought(by).isEmpty()) {
      out.accept(Thinking.end().by(by));
      memory.thought(by, "");
    }
  }

  /** A node has done its work. */
  void stepDone(@Nullable Subagent by, String node) {
    out.accept(new Thinking(ThinkingPhase.STEP, null, node, 1.0, by));
  }
}
