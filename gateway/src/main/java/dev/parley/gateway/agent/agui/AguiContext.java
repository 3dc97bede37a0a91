package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.gateway.protocol.RawJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code context} of a request, {@code {description, value}} each: one entry for each member of
 * an object. A list that has this form already stays as it is. Callable from any thread.
 */
final class AguiContext {

  private static final String DESCRIPTION = "description";
  private static final String VALUE = "value";

  private AguiContext() {}

  static ArrayNode of(@Nullable RawJson context) {
    ArrayNode entries = AguiJson.NODES.arrayNode();
    if (context == null) {
      return entries;
    }
    JsonNode given = AguiJson.event("{\"context\":" + context + '}').orElseThrow().get("context");
    if (given.isObject()) {
      for (Map.Entry<String, JsonNode> member : given.properties()) {
        add(entries, member.getKey(), member.getValue());
      }
    } else if (given.isArray()) {
      for (JsonNode entry : given) {
        boolean hasForm = entry.path(DESCRIPTION).isTextual() && entry.path(VALUE).isTextual();
        add(
            entries,
            hasForm ? AguiJson.text(entry, DESCRIPTION) : "context",
            hasForm ? entry.get(VALUE) : entry);
      }
    } else {
      add(entries, "context", given);
    }
    return entries;
  }

  private static void add(ArrayNode entries, String description, JsonNode value) {
    String text = value.isTextual() ? value.textValue() : value.toString();
    entries.addObject().put(DESCRIPTION, description).put(VALUE, text);
  }
}
