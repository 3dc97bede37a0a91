package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import java.util.function.Consumer;

/**
 * Shows what the model says and thinks: in its pieces, or whole where no piece came. Between two
 * messages, and between two parts of a thought, there is a blank line. Used by one thread at a
 * time.
 */
final class ShownTexts {

  private static final String GAP = "\n\n";
  private static final String TEXT = "text";

  private boolean thinking;
  private boolean said;

  /** Nothing is shown yet. */
  ShownTexts() {}

  /** What an earlier process has shown. */
  ShownTexts(boolean said, boolean thinking) {
    this.said = said;
    this.thinking = thinking;
  }

  /** Whether a thought is open. */
  boolean isThinking() {
    return thinking;
  }

  /** Whether the answer has said anything. */
  boolean hasSaid() {
    return said;
  }

  /** A piece of a part of this message. */
  void say(OutputItem message, int part, String piece, Consumer<AgentEvent> out) {
    if (piece.isEmpty()) {
      return;
    }
    closeThinking(out);
    boolean isNext = said && !message.hasShownParts();
    message.shown("t" + part);
    said = true;
    out.accept(new AgentEvent.Message(isNext ? GAP + piece : piece));
  }

  /** A whole part of this message. */
  void sayWhole(OutputItem message, int part, String text, Consumer<AgentEvent> out) {
    if (!message.isShown("t" + part)) {
      say(message, part, text, out);
    }
  }

  /** The whole message. */
  void sayWhole(OutputItem message, Consumer<AgentEvent> out) {
    JsonNode content = message.json().path("content");
    if (content.isTextual()) {
      sayWhole(message, 0, content.textValue(), out);
    }
    for (int i = 0; i < content.size(); i++) {
      JsonNode text = content.get(i).path(TEXT);
      sayWhole(
          message, i, (text.isTextual() ? text : content.get(i).path("refusal")).asText(), out);
    }
  }

  /**
   * A piece of a part of this thought.
   *
   * @param part its kind, and its number
   */
  void think(OutputItem thought, String part, String piece, Consumer<AgentEvent> out) {
    if (piece.isEmpty()) {
      return;
    }
    openThinking(out);
    boolean isNext = thought.hasShownParts() && !thought.isShown(part);
    thought.shown(part);
    out.accept(AgentEvent.Thinking.delta(isNext ? GAP + piece : piece));
  }

  /** A whole part of this thought. */
  void thinkWhole(OutputItem thought, String part, String text, Consumer<AgentEvent> out) {
    if (!thought.isShown(part)) {
      think(thought, part, text, out);
    }
  }

  /** The whole thought: its summary, and its own words where the service tells them. */
  void thinkWhole(OutputItem thought, Consumer<AgentEvent> out) {
    thinkParts(thought, "s", thought.json().path("summary"), out);
    thinkParts(thought, "r", thought.json().path("content"), out);
    closeThinking(out);
  }

  private void thinkParts(
      OutputItem thought, String kind, JsonNode parts, Consumer<AgentEvent> out) {
    for (int i = 0; i < parts.size(); i++) {
      thinkWhole(thought, kind + i, parts.get(i).path(TEXT).asText(), out);
    }
  }

  void openThinking(Consumer<AgentEvent> out) {
    if (!thinking) {
      thinking = true;
      out.accept(AgentEvent.Thinking.start());
    }
  }

  void closeThinking(Consumer<AgentEvent> out) {
    if (thinking) {
      thinking = false;
      out.accept(AgentEvent.Thinking.end());
    }
  }
}
