package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON text and trees for tests. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** The text of this tree; surrogates are escaped, so that a half of a pair can be sent. */
  public static String text(JsonNode tree) {
    StringBuilder text = new StringBuilder();
    for (char c : tree.toString().toCharArray()) {
      if (Character.isSurrogate(c)) {
        text.append("\\u").append(Integer.toHexString(c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Parses this text; invalid JSON fails the test. */
  public static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("frame: " + text + " (expected: JSON)", e);
    }
  }
}
