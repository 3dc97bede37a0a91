package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import java.util.ArrayList;
import java.util.List;

/** A history in short lines, for tests. */
final class HistoryTexts {

  private HistoryTexts() {}

  /** One line for each item, and {@code ...} before them if something is left out. */
  static List<String> of(History history) {
    List<String> lines = new ArrayList<>();
    if (history.truncated()) {
      lines.add("...");
    }
    history.items().forEach(item -> lines.add(line(item)));
    return lines;
  }

  private static String line(History.Item item) {
    if (item instanceof History.PastAnswer answer) {
      StringBuilder line = new StringBuilder(answer.state().wire()).append(":");
      answer.parts().forEach(part -> line.append(' ').append(part(part)));
      return line.toString();
    }
    return item instanceof History.PastMessage message ? message.content().toString() : "?";
  }

  private static String part(History.AnswerPart part) {
    if (part instanceof History.PastToolCall call) {
      Object end = call.error() == null ? call.result() : call.error();
      return call.tool() + call.arguments() + "=" + call.status().wire() + " " + end;
    }
    if (part instanceof History.PastNote note) {
      return "note" + note.value();
    }
    return part instanceof History.AnswerText text ? text.text() : "?";
  }
}
