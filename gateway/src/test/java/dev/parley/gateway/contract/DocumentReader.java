package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads a document with another parser than its maker, and its schemas with a validator. */
record DocumentReader(JsonNode json, SpecificationVersion dialect) {

  static DocumentReader of(byte[] document, SpecificationVersion dialect) {
    try {
      return new DocumentReader(new JsonMapper().readTree(document), dialect);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the members at this place. */
  Set<String> names(String pointer) {
    return json.at(pointer).propertyStream().map(each -> each.getKey()).collect(Collectors.toSet());
  }

  List<String> texts(String pointer) {
    return json.at(pointer).valueStream().map(JsonNode::asText).toList();
  }

  /** The schema at this place; its references are into this document. */
  Schema schema(String pointer) {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("$schema", dialect.getDialectId());
    root.set("components", json.path("components"));
    root.putArray("allOf").add(json.at(pointer));
    Schema schema = SchemaRegistry.withDefaultDialect(dialect).getSchema(root);
    schema.initializeValidators();
    return schema;
  }

  /** All references of the document. */
  Set<String> references() {
    Set<String> found = new TreeSet<>();
    json.findValues("$ref").forEach(each -> found.add(each.asText()));
    return found;
  }

  /** References to places that the document does not have. */
  List<String> brokenReferences() {
    return references().stream()
        .filter(each -> !each.startsWith("#/") || json.at(each.substring(1)).isMissingNode())
        .toList();
  }

  /** Schemas that nothing refers to. */
  List<String> unusedSchemas() {
    Set<String> used = references();
    return names("/components/schemas").stream()
        .filter(name -> !used.contains("#/components/schemas/" + name))
        .toList();
  }
}
