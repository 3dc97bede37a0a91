package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON Schema of a tool's arguments (draft 2020-12). Callable from any thread. */
public final class ArgumentSchema {

  private static final int MAX_PROBLEMS = 3;
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static final Schema OF_SCHEMAS =
      REGISTRY.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

  private final JsonNode json;
  private final Schema schema;

  private ArgumentSchema(JsonNode json) {
    this.json = json;
    this.schema = REGISTRY.getSchema(json);
  }

  /** Reads a schema of objects; empty if it is none, or needs another document. */
  @SuppressWarnings("IllegalCatch")
  static Optional<ArgumentSchema> parse(String text) {
    Optional<JsonNode> json =
        ServiceJson.read(text)
            .filter(each -> each.path("type").asText().equals("object"))
            .filter(each -> isClosed(each));
    try {
      Optional<ArgumentSchema> schema = json.map(ArgumentSchema::new);
      schema.ifPresent(each -> each.schema.validate(ServiceJson.NODES.objectNode()));
      return schema;
    } catch (RuntimeException e) {
      // The library has many ways to refuse a schema.
      return Optional.empty();
    }
  }

  /**
   * Whether this is a schema of objects by its form, as the APIs of models want it. The schema
   * itself is not evaluated, which may take endless time where it comes from a stranger.
   */
  static boolean isOfObjects(JsonNode schema) {
    return schema.path("type").asText().equals("object") && OF_SCHEMAS.validate(schema).isEmpty();
  }

  /** Whether all references point into the schema itself: nothing is loaded. */
  private static boolean isClosed(JsonNode node) {
    for (String key : List.of("$ref", "$dynamicRef")) {
      JsonNode reference = node.path(key);
      if (reference.isTextual() && !reference.asText().startsWith("#")) {
        return false;
      }
    }
    for (JsonNode child : node) {
      if (!isClosed(child)) {
        return false;
      }
    }
    return true;
  }

  /** A schema of these texts, all needed. */
  static ArgumentSchema ofTexts(Set<String> names, Set<String> needed, boolean takesMore) {
    ObjectNode json = ServiceJson.NODES.objectNode().put("type", "object");
    ObjectNode properties = json.putObject("properties");
    names.forEach(name -> properties.putObject(name).put("type", "string"));
    ArrayNode required = json.putArray("required");
    needed.forEach(required::add);
    json.put("additionalProperties", takesMore);
    return new ArgumentSchema(json);
  }

  RawJson json() {
    return RawJson.of(json.toString());
  }

  /** Whether the schema names this argument. */
  boolean names(String argument) {
    return json.path("properties").has(argument);
  }

  /** The arguments that the schema names. */
  List<String> names() {
    return json.path("properties").propertyStream().map(each -> each.getKey()).toList();
  }

  boolean requires(String argument) {
    for (JsonNode each : json.path("required")) {
      if (each.asText().equals(argument)) {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with these arguments; empty if they are as the schema says. */
  @SuppressWarnings("IllegalCatch")
  Optional<String> problem(JsonNode arguments) {
    try {
      List<Error> errors = schema.validate(arguments);
      return errors.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "arguments: "
                  + String.join(
                      "; ",
                      errors.stream()
                          .limit(MAX_PROBLEMS)
                          .map(error -> Texts.cut(error.toString()))
                          .toList()));
    } catch (RuntimeException e) {
      // A pattern that the arguments make endless, for example.
      return Optional.of("arguments: cannot be checked");
    }
  }

  /** Of the same JSON. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ArgumentSchema that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }
}
