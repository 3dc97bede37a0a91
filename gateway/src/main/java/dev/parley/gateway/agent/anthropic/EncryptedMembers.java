package dev.parley.gateway.agent.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Members like {@code encrypted_content}, which are for the next request and nobody else. */
final class EncryptedMembers {

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  private EncryptedMembers() {}

  /** The value as it may be shown; null stands for JSON null. */
  static JsonNode removed(@Nullable String json) {
    try {
      JsonNode value = JSON.readTree(json == null ? "null" : json);
      remove(value);
      return value;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("value: was read before", e);
    }
  }

  private static void remove(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(member -> member.getKey().startsWith("encrypted_"));
    }
    node.forEach(EncryptedMembers::remove);
  }
}
