package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * How large a value is.
 *
 * @param units characters of its texts, names and numbers, and one for each value: at most its
 *     bytes as JSON
 * @param depth the levels of objects and lists in it
 */
record JsonSize(long units, int depth) {

  static JsonSize of(JsonNode value) {
    long units = 1;
    int depth = 0;
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        JsonSize size = of(member.getValue());
        units += member.getKey().length() + size.units;
        depth = Math.max(depth, size.depth);
      }
      depth++;
    } else if (value.isArray()) {
      for (JsonNode element : value) {
        JsonSize size = of(element);
        units += size.units;
        depth = Math.max(depth, size.depth);
      }
      depth++;
    } else {
      units += value.isTextual() ? value.textValue().length() : value.asText().length();
    }
    return new JsonSize(units, depth);
  }
}
