package dev.parley.gateway.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads and writes the JSON of this package. Callable from any thread. */
final class ContractJson {

  private static final JsonMapper MAPPER = new JsonMapper();

  private ContractJson() {}

  /** A published schema: {@code client}, {@code server}, {@code http} or {@code push}. */
  static ObjectNode schema(String name) {
    return read("/dev/parley/gateway/protocol/schema/" + name + ".schema.json");
  }

  /** The part of a document that no list of the code gives. */
  static ObjectNode frame(String name) {
    return read("/dev/parley/gateway/contract/" + name + ".json");
  }

  private static ObjectNode read(String path) {
    try (InputStream in = ContractJson.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + ": missing (expected: on the class path)");
      }
      return (ObjectNode) MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ObjectNode reference(String pointer) {
    return object().put("$ref", pointer);
  }

  /** An object that the document must have. */
  static ObjectNode at(JsonNode document, String pointer) {
    if (document.at(pointer) instanceof ObjectNode found) {
      return found;
    }
    throw new IllegalStateException(pointer + ": missing (expected: an object)");
  }

  /** The value as UTF-8. */
  static byte[] bytes(JsonNode value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
