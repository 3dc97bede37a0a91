package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.Turn;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the turns of a thread as {@code messages}: roles alternate, and the results of all calls
 * of a message come first in the next one. Ids are new, because those of a thread repeat from run
 * to run; those in notes stay. Used by one thread.
 */
final class HistoryMessages {

  private final List<String> messages = new ArrayList<>();
  private final List<String> user = new ArrayList<>();
  private final Set<String> tools = new TreeSet<>();
  private final ModelNotes notes;
  private int calls;

  /** The messages of these turns, with the notes of this model. */
  HistoryMessages(List<Turn> turns, ModelNotes notes) {
    this.notes = notes;
    for (Turn turn : turns) {
      if (turn instanceof Turn.User said) {
        said.parts().forEach(part -> user.add(block(part)));
      } else if (turn instanceof Turn.Assistant said) {
        assistant(said);
      }
    }
    endUser();
  }

  /** A part that the model does not take has ended its own run; it does not end later ones too. */
  private static String block(ContentPart part) {
    try {
      return UserBlocks.of(part);
    } catch (UpstreamException e) {
      return UserBlocks.text("[A part is left out: " + e.getMessage() + "]");
    }
  }

  private void assistant(Turn.Assistant said) {
    endUser();
    List<String> blocks = new ArrayList<>();
    Map<String, History.PastToolCall> open = new LinkedHashMap<>();
    said.calls().forEach(call -> open.put(call.call(), call));
    for (RawJson note : said.notes()) {
      NotedMessage.of(note, notes).ifPresent(message -> noted(message, open, blocks));
    }
    if (!said.text().isBlank()) {
      blocks.add(UserBlocks.text(said.text()));
    }
    for (History.PastToolCall call : open.values()) {
      String id = "parley_" + ++calls;
      tools.add(ToolBlocks.name(call.tool()));
      blocks.add(ToolBlocks.use(id, call));
      user.add(ToolBlocks.result(id, call.status(), call.result(), call.error()));
    }
    messages.add(message("assistant", blocks));
  }

  /** Adds a message as it came; each of its calls has its result in the next one. */
  private void noted(
      NotedMessage message, Map<String, History.PastToolCall> open, List<String> blocks) {
    for (NotedMessage.NotedBlock block : message.blocks()) {
      blocks.add(block.json());
      if (block.wantsResult()) {
        tools.add(ToolBlocks.name(block.name()));
        History.PastToolCall call = open.remove(block.id());
        user.add(
            call == null
                ? ToolBlocks.result(block.id(), ToolStatus.UNKNOWN, null, null)
                : ToolBlocks.result(block.id(), call.status(), call.result(), call.error()));
      }
    }
  }

  private void endUser() {
    if (!user.isEmpty()) {
      messages.add(message("user", user));
      user.clear();
    }
  }

  static String message(String role, List<String> blocks) {
    return "{\"role\":\"" + role + "\",\"content\":[" + String.join(",", blocks) + "]}";
  }

  List<String> messages() {
    return messages;
  }

  /** The names of all tools that the messages call. */
  Set<String> tools() {
    return tools;
  }
}
