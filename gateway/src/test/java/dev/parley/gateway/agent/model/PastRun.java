package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.List;

/** What a run has shown, as a later one is told it. */
public final class PastRun {

  private final List<History.AnswerPart> parts = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int taken;

  /** Takes what was shown since the last call. */
  public void take(List<AgentEvent> shown) {
    for (AgentEvent event : shown.subList(taken, shown.size())) {
      if (event instanceof AgentEvent.Message said) {
        text.append(said.delta());
      } else if (event instanceof AgentEvent.Note note) {
        endText();
        parts.add(new History.PastNote(note.value()));
      } else if (event instanceof AgentEvent.ToolStarted tool) {
        endText();
        parts.add(call(tool, AgentEvent.ToolEnded.ok(tool.call(), RawJson.of("\"done\""))));
      }
    }
    taken = shown.size();
  }

  /** Takes the end of a call of a tool of the gateway. */
  public void take(ToolResult result) {
    endText();
    ToolRequest call = result.request();
    parts.add(
        call(new AgentEvent.ToolStarted(call.call(), call.tool(), call.arguments()), result.end()));
  }

  private static History.PastToolCall call(AgentEvent.ToolStarted tool, AgentEvent.ToolEnded end) {
    return new History.PastToolCall(
        tool.call(), tool.tool(), tool.arguments(), ToolStatus.OK, end.result(), end.error());
  }

  private void endText() {
    if (!text.isEmpty()) {
      parts.add(new History.AnswerText(text.toString()));
      text.setLength(0);
    }
  }

  /** The parts so far. */
  public List<History.AnswerPart> parts() {
    endText();
    return parts;
  }

  /** The thread after this run, which answered "one". */
  public History history() {
    History.PastAnswer answer =
        new History.PastAnswer(
            new RunId("r_XvlAJ3SJ6WdYcFVZBIpt"),
            new AgentName("model"),
            RunState.COMPLETED,
            parts());
    return new History(List.of(new History.PastMessage(RawJson.of("\"one\"")), answer), false);
  }
}
