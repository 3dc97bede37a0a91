package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.protocol.RawJson;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One tool call of a model, put together from the pieces of a stream. Members that are not known
 * here are kept: Gemini wants its {@code extra_content} back. Used by one thread at a time.
 */
final class ToolSlot {

  private static final String ID = "id";
  private static final String INDEX = "index";
  private static final String TYPE = "type";
  private static final String FUNCTION = "function";
  private static final String NAME = "name";
  private static final String ARGUMENTS = "arguments";
  private static final Set<String> KNOWN = Set.of(ID, INDEX, FUNCTION, NAME, ARGUMENTS);
  private static final String UNNAMED = "unnamed";

  private final @Nullable Integer index;
  private final ObjectNode members = ServiceJson.NODES.objectNode();
  private final ObjectNode function = ServiceJson.NODES.objectNode();
  private final StringBuilder arguments = new StringBuilder();
  private @Nullable String id;
  private @Nullable String name;

  ToolSlot(@Nullable Integer index) {
    this.index = index;
  }

  static @Nullable Integer indexOf(JsonNode piece) {
    JsonNode index = piece.path(INDEX);
    return index.canConvertToInt() ? index.intValue() : null;
  }

  static @Nullable String idOf(JsonNode piece) {
    return ServiceJson.text(piece, ID);
  }

  static @Nullable String nameOf(JsonNode piece) {
    return ServiceJson.text(piece.path(FUNCTION), NAME);
  }

  boolean hasIndex(@Nullable Integer other) {
    return index != null && index.equals(other);
  }

  @Nullable String id() {
    return id;
  }

  void id(String given) {
    id = given;
  }

  /**
   * Whether a piece without an id begins another call. Some services send whole calls one after the
   * other, and nothing but the names tells them apart.
   */
  boolean isFollowedBy(JsonNode piece) {
    String next = nameOf(piece);
    if (next == null || name == null || !next.equals(name)) {
      return next != null && name != null;
    }
    return !argumentsOf(piece).isEmpty() && endsWithBrace() && object().isPresent();
  }

  private boolean endsWithBrace() {
    return !arguments.isEmpty() && arguments.charAt(arguments.length() - 1) == '}';
  }

  /** The text of the arguments. An object, as in Ollama's own API, counts as its text. */
  private static String argumentsOf(JsonNode piece) {
    JsonNode given = piece.path(FUNCTION).path(ARGUMENTS);
    String text = given.isTextual() ? given.textValue() : "";
    return given.isObject() ? given.toString() : text;
  }

  /** Adds the piece. Returns by how many characters the call grew. */
  int take(JsonNode piece) {
    int before = arguments.length();
    if (id == null) {
      id = idOf(piece);
    }
    if (name == null) {
      name = nameOf(piece);
    }
    arguments.append(argumentsOf(piece));
    return arguments.length()
        - before
        + keep(piece, members)
        + keep(piece.path(FUNCTION), function);
  }

  /** Keeps the members that nothing here reads. Returns their length. */
  private static int keep(JsonNode from, ObjectNode to) {
    int length = 0;
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      if (!KNOWN.contains(member.getKey()) && !member.getValue().isNull()) {
        to.set(member.getKey(), member.getValue());
        length += member.getValue().toString().length();
      }
    }
    return length;
  }

  /** The arguments, if they are one JSON object. */
  private Optional<JsonNode> object() {
    return ServiceJson.read(arguments.toString()).filter(JsonNode::isObject);
  }

  /** The whole call. What is no JSON object is given as a JSON string. */
  ToolRequest request() {
    String json =
        arguments.toString().isBlank()
            ? "{}"
            : object().orElseGet(() -> ServiceJson.NODES.textNode(arguments.toString())).toString();
    return new ToolRequest(String.valueOf(id), name == null ? UNNAMED : name, RawJson.of(json));
  }

  /** The members that nothing here reads; those of the function are in {@code function}. */
  ObjectNode unknown() {
    ObjectNode unknown = members.deepCopy();
    if (FUNCTION.equals(unknown.path(TYPE).textValue())) {
      unknown.remove(TYPE);
    }
    if (!function.isEmpty()) {
      unknown.set(FUNCTION, function.deepCopy());
    }
    return unknown;
  }

  /** Adds the members of {@link #unknown} to a call. */
  static void addUnknown(ObjectNode call, ObjectNode unknown) {
    for (Map.Entry<String, JsonNode> member : unknown.deepCopy().properties()) {
      if (member.getValue() instanceof ObjectNode added
          && call.get(member.getKey()) instanceof ObjectNode known) {
        known.setAll(added);
      } else {
        call.set(member.getKey(), member.getValue());
      }
    }
  }

  /** The call as the next request tells it to the model. */
  ObjectNode echo() {
    ObjectNode echo = members.deepCopy();
    echo.put(ID, id);
    if (!echo.path(TYPE).isTextual()) {
      echo.put(TYPE, FUNCTION);
    }
    ObjectNode called = function.deepCopy();
    called.put(NAME, name == null ? UNNAMED : name);
    // Servers read the arguments again: text that is no JSON would make them fail.
    called.put(ARGUMENTS, object().isPresent() ? arguments.toString() : "{}");
    echo.set(FUNCTION, called);
    return echo;
  }
}
