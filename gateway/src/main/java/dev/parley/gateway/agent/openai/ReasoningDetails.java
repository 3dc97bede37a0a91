package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code reasoning_details} of an answer (openrouter.ai/docs, "Reasoning Tokens"), put together
 * from the pieces of a stream: pieces of one type with one {@code index} are one entry. Used by one
 * thread at a time.
 */
final class ReasoningDetails {

  private static final String TYPE = "type";
  private static final String INDEX = "index";

  /** Members that a piece goes on with; of any other one, the last counts. */
  private static final Set<String> GROWING = Set.of("text", "summary");

  /** The bound of what is kept; of more, nothing goes back. */
  private static final int MAX_CHARACTERS = 1024 * 1024;

  private final ArrayNode entries = ServiceJson.NODES.arrayNode();

  private long characters;

  /** Adds the pieces. */
  void take(JsonNode pieces) {
    for (JsonNode piece : pieces) {
      characters += piece.toString().length();
      if (characters > MAX_CHARACTERS) {
        entries.removeAll();
        return;
      }
      if (piece instanceof ObjectNode object) {
        add(object);
      }
    }
  }

  private void add(ObjectNode piece) {
    ObjectNode last = last();
    if (last != null && goesOn(last, piece)) {
      join(last, piece);
    } else {
      entries.add(piece.deepCopy());
    }
  }

  private @Nullable ObjectNode last() {
    return entries.isEmpty() ? null : (ObjectNode) entries.get(entries.size() - 1);
  }

  private static boolean goesOn(ObjectNode last, ObjectNode piece) {
    return piece.path(INDEX).isNumber()
        && piece.path(INDEX).equals(last.path(INDEX))
        && piece.path(TYPE).equals(last.path(TYPE))
        && GROWING.stream().anyMatch(last::has);
  }

  private static void join(ObjectNode entry, ObjectNode piece) {
    for (Map.Entry<String, JsonNode> member : piece.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      if (GROWING.contains(name) && value.isTextual() && entry.path(name).isTextual()) {
        entry.put(name, entry.get(name).textValue() + value.textValue());
      } else if (!value.isNull() || !entry.has(name)) {
        entry.set(name, value);
      }
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  ArrayNode json() {
    return entries.deepCopy();
  }
}
