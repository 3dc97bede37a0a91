package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the schema of one type of frame from one of several types, whose rules ({@code if}, {@code
 * then}, {@code else} in {@code allOf}) say what holds for which type. The result allows exactly
 * the frames of that type that the other allows.
 */
final class Narrowing {

  private static final String TYPE = "type";
  private static final String PROPERTIES = "properties";
  private static final String REQUIRED = "required";

  private final ObjectNode published;
  private final String type;
  private final ObjectNode schema;
  private final ArrayNode remaining;

  private Narrowing(ObjectNode published, String definition, String type) {
    this.published = published;
    this.type = type;
    this.schema = ContractJson.at(published, definition).deepCopy();
    this.remaining = schema.arrayNode();
  }

  /** Narrows a definition of a published schema. */
  static ObjectNode of(ObjectNode published, String definition, String type) {
    return new Narrowing(published, definition, type).narrowed();
  }

  private ObjectNode narrowed() {
    ContractJson.at(schema, "/properties").putObject(TYPE).put("const", type);
    JsonNode rules = schema.remove("allOf");
    rules.forEach(this::apply);
    if (!remaining.isEmpty()) {
      schema.set("allOf", remaining);
    }
    return schema;
  }

  private void apply(JsonNode rule) {
    JsonNode condition = rule.path("if");
    JsonNode rest = withoutType(condition);
    if (excludesType(condition)) {
      add(rule.path("else"));
    } else if (rest.isEmpty()) {
      add(rule.path("then"));
      if (rule.has("description")) {
        schema.set("description", rule.get("description"));
      }
    } else {
      keep(rest, rule);
    }
  }

  /** Keeps a rule whose condition asks for more than the type. */
  private void keep(JsonNode condition, JsonNode rule) {
    if (rule.has("else")) {
      throw new IllegalStateException("schema: else is not expected in " + rule);
    }
    JsonNode then = withoutType(rule.path("then"));
    if (excludesType(rule.path("then"))) {
      forbid(condition);
    } else if (!then.isEmpty()) {
      remaining.add(ContractJson.object().<ObjectNode>set("if", condition).set("then", then));
    }
  }

  /** Frames of this type do not meet the condition. */
  private void forbid(JsonNode condition) {
    boolean isPresence = condition.size() == 1 && condition.path(REQUIRED).size() == 1;
    if (isPresence && schema.path("additionalProperties").equals(schema.booleanNode(false))) {
      ContractJson.at(schema, "/properties").remove(condition.path(REQUIRED).path(0).asText());
    } else {
      remaining.add(ContractJson.object().set("not", condition));
    }
  }

  private void add(JsonNode branch) {
    branch
        .properties()
        .forEach(
            keyword -> {
              switch (keyword.getKey()) {
                case REQUIRED -> require(keyword.getValue());
                case PROPERTIES ->
                    keyword.getValue().properties().forEach(e -> refine(e.getKey(), e.getValue()));
                default ->
                    remaining.add(ContractJson.object().set(keyword.getKey(), keyword.getValue()));
              }
            });
  }

  private void require(JsonNode names) {
    Set<String> all = new TreeSet<>();
    schema.path(REQUIRED).forEach(name -> all.add(name.asText()));
    names.forEach(name -> all.add(name.asText()));
    ArrayNode required = schema.putArray(REQUIRED);
    all.forEach(required::add);
  }

  private void refine(String name, JsonNode more) {
    ObjectNode properties = ContractJson.at(schema, "/properties");
    if (properties.path(name) instanceof ObjectNode present && !isImplied(present, more)) {
      properties.set(name, both(present, (ObjectNode) more));
    } else {
      properties.set(name, more);
    }
  }

  /** Whether the definition that the schema refers to says it as well. */
  private boolean isImplied(ObjectNode present, JsonNode more) {
    JsonNode definition = published.at(more.path("$ref").asText().replaceFirst("^#", ""));
    return more.has("$ref")
        && present.properties().stream()
            .allMatch(each -> each.getValue().equals(definition.get(each.getKey())));
  }

  private ObjectNode both(ObjectNode present, ObjectNode more) {
    boolean isApart = more.properties().stream().noneMatch(each -> present.has(each.getKey()));
    return isApart
        ? present.deepCopy().setAll(more)
        : ContractJson.object().set("allOf", schema.arrayNode().add(present).add(more));
  }

  private boolean excludesType(JsonNode condition) {
    JsonNode wanted = condition.path(PROPERTIES).path(TYPE);
    if (wanted.has("const")) {
      return !wanted.get("const").asText().equals(type);
    }
    if (wanted.has("enum")) {
      for (JsonNode each : wanted.get("enum")) {
        if (each.asText().equals(type)) {
          return false;
        }
      }
      return true;
    }
    return false;
  }

  private static JsonNode withoutType(JsonNode condition) {
    JsonNode rest = condition.deepCopy();
    if (rest.path(PROPERTIES) instanceof ObjectNode properties) {
      properties.remove(TYPE);
      if (properties.isEmpty()) {
        ((ObjectNode) rest).remove(PROPERTIES);
      }
    }
    return rest;
  }
}
