package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.Optional;

/**
 * What goes back with a message of the model in addition to its text and calls.
 *
 * @param message members of the message
 * @param calls members of its calls, by their ids
 */
record ChatNote(ObjectNode message, ObjectNode calls) {

  private static final String MESSAGE = "message";
  private static final String CALLS = "calls";

  /** What this answer wants back. */
  static ChatNote of(ObjectNode message, List<ToolSlot> slots) {
    ObjectNode calls = ServiceJson.NODES.objectNode();
    for (ToolSlot slot : slots) {
      ObjectNode members = slot.unknown();
      if (!members.isEmpty()) {
        calls.set(String.valueOf(slot.id()), members);
      }
    }
    return new ChatNote(message, calls);
  }

  /** What a note holds; empty if another model wrote it. */
  static Optional<ChatNote> of(RawJson note, ModelNotes notes) {
    return notes
        .read(note)
        .map(members -> new ChatNote(object(members, MESSAGE), object(members, CALLS)));
  }

  private static ObjectNode object(RawMembers members, String name) {
    JsonNode json = Optional.ofNullable(members.get(name)).flatMap(ServiceJson::read).orElse(null);
    return json instanceof ObjectNode object ? object : ServiceJson.NODES.objectNode();
  }

  boolean isEmpty() {
    return message.isEmpty() && calls.isEmpty();
  }

  RawMembers members() {
    RawMembers members = new RawMembers();
    members.put(MESSAGE, message.toString());
    members.put(CALLS, calls.toString());
    return members;
  }

  /** Adds to the message what was noted of it and of these calls, in their order. */
  void addTo(ObjectNode told, List<String> ids, JsonNode entries) {
    told.setAll(message.deepCopy());
    for (int i = 0; i < ids.size(); i++) {
      if (calls.get(ids.get(i)) instanceof ObjectNode unknown
          && entries.get(i) instanceof ObjectNode entry) {
        ToolSlot.addUnknown(entry, unknown);
      }
    }
  }
}
