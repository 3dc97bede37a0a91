package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A message of the model as a note keeps it: its blocks, to the character.
 *
 * @param blocks not empty
 */
record NotedMessage(List<NotedBlock> blocks) {

  private static final String CONTENT = "content";

  /**
   * A block.
   *
   * @param id of a call; empty for another block
   */
  record NotedBlock(String json, String type, String id, String name) {

    /** Whether the next message has to hold the result of this call. */
    boolean wantsResult() {
      return type.equals("tool_use");
    }
  }

  NotedMessage {
    blocks = List.copyOf(blocks);
  }

  /** The members of the note of a message. */
  static RawMembers note(List<String> blocks) {
    RawMembers members = new RawMembers();
    members.put(CONTENT, '[' + String.join(",", blocks) + ']');
    return members;
  }

  /** The message of a note; empty if another model wrote it, or it is not whole. */
  static Optional<NotedMessage> of(RawJson note, ModelNotes notes) {
    String content = notes.read(note).map(members -> members.get(CONTENT)).orElse("[]");
    try {
      List<NotedBlock> blocks = new ArrayList<>();
      for (String json : RawMembers.elements(content)) {
        RawMembers block = RawMembers.parse(json);
        blocks.add(
            new NotedBlock(
                json,
                block.text("type").orElse(""),
                block.text("id").orElse(""),
                block.text("name").orElse("")));
      }
      return blocks.isEmpty() ? Optional.empty() : Optional.of(new NotedMessage(blocks));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The ids of all calls, those of the service's own tools included. */
  Set<String> ids() {
    Set<String> ids = new HashSet<>();
    blocks.stream().map(NotedBlock::id).filter(id -> !id.isEmpty()).forEach(ids::add);
    return ids;
  }
}
