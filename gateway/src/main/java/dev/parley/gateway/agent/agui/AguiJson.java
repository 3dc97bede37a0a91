package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.gateway.protocol.RawJson;
import java.util.Optional;

/**
 * Reads the JSON of agents, with numbers as they were sent. Of two members with one name the last
 * counts. Callable from any thread.
 */
final class AguiJson {

  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The maximum depth of an event; most of it is what the agent only passes on. */
  private static final int MAX_EVENT_DEPTH = 1000;

  /** The maximum depth and digits of a value that is stored (protocol, "Commands"). */
  private static final int MAX_DEPTH = 64;

  private static final int MAX_DIGITS = 64;

  private static final ObjectReader EVENTS = reader(MAX_EVENT_DEPTH, 1000);
  private static final ObjectReader VALUES = reader(MAX_DEPTH, MAX_DIGITS);

  private AguiJson() {}

  private static ObjectReader reader(int depth, int digits) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder().maxNestingDepth(depth).maxNumberLength(digits).build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build()
        .reader();
  }

  /** The event, if the text is one JSON object. */
  static Optional<JsonNode> event(String json) {
    return read(EVENTS, json).filter(JsonNode::isObject);
  }

  /** The value, if the text is one JSON value that can be stored. */
  static Optional<JsonNode> value(String json) {
    return read(VALUES, json);
  }

  private static Optional<JsonNode> read(ObjectReader reader, String json) {
    try {
      return Optional.of(reader.readTree(json)).filter(value -> !value.isMissingNode());
    } catch (JsonProcessingException | NumberFormatException e) {
      // The second for an exponent that no BigDecimal has. The parser's message is not passed on:
      // it may quote the conversation.
      return Optional.empty();
    }
  }

  /** The text of a member; empty where it is missing, null or no string. */
  static String text(JsonNode object, String name) {
    String text = object.path(name).textValue();
    return text == null ? "" : text;
  }

  /** The value of a member; {@code null} in JSON where it is missing. */
  static RawJson raw(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return RawJson.of(value == null ? "null" : value.toString());
  }

  /** The text as a JSON string. */
  static RawJson quoted(String text) {
    return RawJson.of(TextNode.valueOf(text).toString());
  }
}
