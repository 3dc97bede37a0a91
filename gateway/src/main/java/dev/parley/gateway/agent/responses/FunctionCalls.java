package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.protocol.RawJson;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The items by which a model calls tools that it does not have itself. */
final class FunctionCalls {

  static final String FUNCTION = "function_call";
  static final String CUSTOM = "custom_tool_call";
  static final String CALL_ID = "call_id";

  private static final String ARGUMENTS = "arguments";
  private static final String INPUT = "input";
  private static final String UNNAMED = "unnamed";

  private FunctionCalls() {}

  static boolean isFunction(String type) {
    return type.equals(FUNCTION) || type.equals(CUSTOM);
  }

  /** The member with what a function of this type is called with. */
  static String member(String type) {
    return type.equals(CUSTOM) ? INPUT : ARGUMENTS;
  }

  /**
   * An id of a call that the run has not used yet: the given one, if it can be.
   *
   * @param used the ids that the run has used; the new one is added
   */
  static String unused(@Nullable String given, Set<String> used) {
    if (given != null && used.add(given)) {
      return given;
    }
    int number = used.size();
    while (!used.add("call_" + number)) {
      number++;
    }
    return "call_" + number;
  }

  /** The call, whole. */
  static ToolRequest request(ObjectNode item) {
    String name = ServiceJson.text(item, "name");
    String type = item.path("type").asText();
    String given = text(item.path(member(type)));
    return new ToolRequest(
        item.path(CALL_ID).asText(),
        name == null ? UNNAMED : name,
        type.equals(CUSTOM)
            ? RawJson.of(ServiceJson.NODES.textNode(given).toString())
            : arguments(given));
  }

  /** The arguments as an object. What is no JSON object is given as a JSON string. */
  static RawJson arguments(String given) {
    return RawJson.of(
        given.isBlank()
            ? "{}"
            : isObject(given) ? given : ServiceJson.NODES.textNode(given).toString());
  }

  /** The call as the next request tells it to the model; its id there is that of the item. */
  static ObjectNode echo(ObjectNode item) {
    ObjectNode echo = item.deepCopy();
    if (ServiceJson.text(item, "name") == null) {
      echo.put("name", UNNAMED);
    }
    String member = member(item.path("type").asText());
    String given = text(item.path(member));
    // Services read the arguments again: text that is no JSON would make them fail.
    return echo.put(member, member.equals(INPUT) || isObject(given) ? given : "{}");
  }

  private static String text(JsonNode given) {
    return given.isObject() ? given.toString() : given.asText();
  }

  private static boolean isObject(String json) {
    return ServiceJson.read(json).filter(JsonNode::isObject).isPresent();
  }
}
