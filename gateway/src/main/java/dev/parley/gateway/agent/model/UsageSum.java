package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.RawJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The usage of a run in the words of its service: numbers of the steps are added, of all else the
 * last value counts. Used by one thread.
 */
public final class UsageSum {

  private static final ObjectReader JSON = JsonMapper.builder().build().reader();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ObjectNode steps = NODES.objectNode();
  private ObjectNode step = NODES.objectNode();

  /** The step has used so much so far; replaces what was told of the same step before. */
  public void report(@Nullable String json) {
    if (json == null) {
      return;
    }
    try {
      JsonNode usage = JSON.readTree(json);
      for (Map.Entry<String, JsonNode> member : usage.properties()) {
        if (!member.getValue().isNull()) {
          step.set(member.getKey(), member.getValue());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("usage: no JSON", e);
    }
  }

  /** The step has ended. */
  public void endStep() {
    add(steps, step);
    step = NODES.objectNode();
  }

  /** The usage of all steps that have ended; null if the service told none. */
  public @Nullable RawJson total() {
    return steps.isEmpty() ? null : RawJson.of(steps.toString());
  }

  private static void add(ObjectNode sum, ObjectNode more) {
    for (Map.Entry<String, JsonNode> member : more.properties()) {
      sum.set(member.getKey(), sum(sum.get(member.getKey()), member.getValue()));
    }
  }

  private static JsonNode sum(@Nullable JsonNode a, JsonNode b) {
    if (a instanceof ObjectNode known && b instanceof ObjectNode more) {
      add(known, more);
      return known;
    }
    return a != null && a.isNumber() && b.isNumber() ? number(a, b) : b;
  }

  private static NumericNode number(JsonNode a, JsonNode b) {
    return a.isIntegralNumber()
            && b.isIntegralNumber()
            && a.canConvertToLong()
            && b.canConvertToLong()
        ? NODES.numberNode(a.longValue() + b.longValue())
        : NODES.numberNode(a.doubleValue() + b.doubleValue());
  }
}
