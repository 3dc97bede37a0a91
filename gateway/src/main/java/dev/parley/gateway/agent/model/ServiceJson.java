package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of services: within the limits that values of events have, and with numbers as
 * they were sent. Unknown members are kept; of two members with one name the last counts.
 */
public final class ServiceJson {

  /** Makes values. */
  public static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_DIGITS = 64;

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader();

  private ServiceJson() {}

  /** The value, or nothing if the text is not one JSON value within the limits. */
  public static Optional<JsonNode> read(String json) {
    try {
      return Optional.of(READER.readTree(json)).filter(value -> !value.isMissingNode());
    } catch (JsonProcessingException | NumberFormatException e) {
      // The second for an exponent that no BigDecimal has. The parser's message is not passed on:
      // it may quote the conversation.
      return Optional.empty();
    }
  }

  /** The text of a member; null where it is missing, empty or no string. */
  public static @Nullable String text(JsonNode object, String name) {
    String text = object.path(name).textValue();
    return text == null || text.isEmpty() ? null : text;
  }
}
