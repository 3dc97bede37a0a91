package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.protocol.RawJson;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The thoughts of a model before its calls of functions, from run to run: a note holds them as they
 * came, encrypted, with the model that can read them. Used by one thread at a time.
 */
final class PastThoughts {

  /** No thoughts. */
  static final PastThoughts NONE = new PastThoughts();

  private static final String MODEL = "model";
  private static final String ITEMS = "items";

  private final IdentityHashMap<History.PastToolCall, JsonNode> beforeCalls =
      new IdentityHashMap<>();

  private PastThoughts() {}

  /** The thoughts in the thread that this model has had. */
  static PastThoughts of(History history, String model) {
    PastThoughts thoughts = new PastThoughts();
    for (History.Item item : history.items()) {
      if (item instanceof History.PastAnswer answer) {
        thoughts.add(answer, model);
      }
    }
    return thoughts;
  }

  private void add(History.PastAnswer answer, String model) {
    JsonNode last = null;
    for (History.AnswerPart part : answer.parts()) {
      if (part instanceof History.PastNote note) {
        last = read(note, model);
      } else if (part instanceof History.PastToolCall call && last != null) {
        beforeCalls.put(call, last);
        last = null;
      }
    }
  }

  private static @Nullable JsonNode read(History.PastNote note, String model) {
    return ServiceJson.read(note.value().toString())
        .filter(json -> json.path(MODEL).asText().equals(model))
        .map(json -> json.path(ITEMS))
        .orElse(null);
  }

  /** The items before this call. */
  JsonNode before(History.PastToolCall call) {
    return beforeCalls.getOrDefault(call, ServiceJson.NODES.missingNode());
  }

  /** The note with these items; null if there are none. */
  static @Nullable RawJson note(String model, List<ObjectNode> thoughts) {
    if (thoughts.isEmpty()) {
      return null;
    }
    ArrayNode items = ServiceJson.NODES.arrayNode().addAll(thoughts);
    ObjectNode note = ServiceJson.NODES.objectNode().put(MODEL, model);
    return RawJson.of(note.set(ITEMS, items).toString());
  }
}
