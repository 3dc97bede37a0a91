package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.function.Consumer;

/** The text of a run: the answer, and the thinking around it. Used by one thread at a time. */
final class GraphThoughts {

  private static final String GAP = "\n\n";

  private final Consumer<AgentEvent> out;
  private final GraphMemory memory;

  GraphThoughts(Consumer<AgentEvent> out, GraphMemory memory) {
    this.out = out;
    this.memory = memory;
  }

  /** The next piece of the answer; each message is a paragraph. */
  void say(String message, String text) {
    if (text.isEmpty()) {
      return;
    }
    pause();
    String before = memory.lastText();
    out.accept(
        new AgentEvent.Message(
            before.isEmpty() || before.equals(GraphMemory.cut(message)) ? text : GAP + text));
    memory.said(message);
  }

  /** The next piece of a thought. */
  void think(String message, String text) {
    if (text.isEmpty()) {
      return;
    }
    String before = memory.lastThought();
    if (before.isEmpty()) {
      out.accept(Thinking.start());
    }
    out.accept(
        Thinking.delta(
            before.isEmpty() || before.equals(GraphMemory.cut(message)) ? text : GAP + text));
    memory.thought(message);
  }

  /** Something else begins. */
  void pause() {
    if (!memory.lastThought().isEmpty()) {
      out.accept(Thinking.end());
      memory.thought("");
    }
  }

  /** A node has done its work. */
  void stepDone(String node) {
    out.accept(new Thinking(ThinkingPhase.STEP, null, node, 1.0));
  }
}
