package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The schemas of a document: each definition of the published schemas that the document uses, with
 * all that it needs, under {@code #/components/schemas}. Used by one thread.
 */
final class Components {

  private static final String URN = "urn:parley:v1:";
  private static final String DEFINITIONS = "#/$defs/";

  /** The version of JSON Schema that a document is written in. */
  enum Dialect {
    /** As the schemas are published: OpenAPI 3.1. */
    DRAFT_2020_12,
    /** AsyncAPI 3.0. A member beside {@code $ref} counts for nothing there. */
    DRAFT_7
  }

  private final Dialect dialect;
  private final Map<String, ObjectNode> published = new HashMap<>();
  private final Map<String, JsonNode> schemas = new TreeMap<>();

  Components(Dialect dialect) {
    this.dialect = dialect;
  }

  /** The texts that an {@code enum} of a published schema lists. */
  List<String> names(String schema, String pointer) {
    return published(schema).at(pointer).valueStream().map(JsonNode::asText).toList();
  }

  /** A reference to a definition; those of {@code frame} are the types of events and signals. */
  ObjectNode use(String schema, String definition) {
    if (schema.equals("frame")) {
      return useFrame(definition);
    }
    String name = schema + "_" + definition;
    if (!schemas.containsKey(name)) {
      add(name, schema, ContractJson.at(published(schema), "/$defs/" + definition));
    }
    return referenceTo(name);
  }

  /** A reference to the frames of one type of event or signal. */
  ObjectNode useFrame(String type) {
    String name = "frame_" + type;
    if (!schemas.containsKey(name)) {
      String kind = names("server", "/$defs/eventType/enum").contains(type) ? "event" : "signal";
      add(name, "server", Narrowing.of(published("server"), "/$defs/" + kind, type));
    }
    return referenceTo(name);
  }

  /** The schema that a reference of this document names. */
  JsonNode target(ObjectNode reference) {
    String pointer = reference.path("$ref").asText();
    JsonNode found = schemas.get(pointer.substring(pointer.lastIndexOf('/') + 1));
    if (found == null) {
      throw new IllegalStateException(pointer + ": no component");
    }
    return found;
  }

  /** All schemas that were used, by their names. */
  ObjectNode json() {
    return ContractJson.object().setAll(schemas);
  }

  private ObjectNode published(String schema) {
    return published.computeIfAbsent(schema, ContractJson::schema);
  }

  private void add(String name, String schema, ObjectNode definition) {
    schemas.put(name, definition); // first: it may need itself
    schemas.put(name, converted(schema, definition));
  }

  private static ObjectNode referenceTo(String name) {
    return ContractJson.reference("#/components/schemas/" + name);
  }

  private JsonNode converted(String schema, JsonNode part) {
    if (part instanceof ArrayNode list) {
      ArrayNode made = list.arrayNode();
      list.forEach(each -> made.add(converted(schema, each)));
      return made;
    }
    if (!(part instanceof ObjectNode object)) {
      return part;
    }
    ObjectNode made = object.objectNode();
    object
        .properties()
        .forEach(
            each -> {
              if (each.getKey().equals("properties")) {
                made.set("properties", properties(schema, each.getValue()));
              } else if (each.getKey().equals("$ref")) {
                refer(made, reference(schema, each.getValue().asText()), object.size() == 1);
              } else {
                made.set(keyword(each.getKey()), converted(schema, each.getValue()));
              }
            });
    return made;
  }

  /** Generators for draft 7 do not expect {@code true} and {@code false} as schemas. */
  private ObjectNode properties(String schema, JsonNode properties) {
    ObjectNode made = ContractJson.object();
    properties
        .properties()
        .forEach(
            each -> {
              JsonNode property = converted(schema, each.getValue());
              if (dialect == Dialect.DRAFT_7 && property.isBoolean()) {
                ObjectNode any = ContractJson.object();
                property = property.asBoolean() ? any : ContractJson.object().set("not", any);
              }
              made.set(each.getKey(), property);
            });
    return made;
  }

  private ObjectNode reference(String schema, String target) {
    boolean isOwn = target.startsWith(DEFINITIONS);
    String from = isOwn ? schema : target.substring(URN.length(), target.indexOf('#'));
    return use(from, target.substring(target.indexOf(DEFINITIONS) + DEFINITIONS.length()));
  }

  private void refer(ObjectNode schema, ObjectNode reference, boolean isAlone) {
    if (isAlone || dialect == Dialect.DRAFT_2020_12) {
      schema.setAll(reference);
    } else {
      schema.putArray("allOf").add(reference);
    }
  }

  private String keyword(String name) {
    return dialect == Dialect.DRAFT_7 && name.equals("dependentRequired") ? "dependencies" : name;
  }
}
