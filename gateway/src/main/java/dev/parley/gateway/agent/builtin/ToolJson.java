package dev.parley.gateway.agent.builtin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.RawJson;

/** Small JSON objects: arguments and results of tools. */
final class ToolJson {

  private ToolJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static RawJson of(String name, String value) {
    return raw(object().put(name, value));
  }

  static RawJson of(String name, long value) {
    return raw(object().put(name, value));
  }

  static RawJson raw(ObjectNode object) {
    return RawJson.of(object.toString());
  }
}
