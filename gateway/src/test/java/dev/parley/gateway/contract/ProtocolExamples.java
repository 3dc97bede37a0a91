package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The frames that docs/protocol.md shows, and frames that differ from them in one member. */
final class ProtocolExamples {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> VALUES = List.of("null", "1", "\"x\"", "{}", "[]");

  private ProtocolExamples() {}

  static List<ObjectNode> frames() {
    try (Stream<String> lines = Files.lines(Path.of("../docs/protocol.md"))) {
      return lines
          .map(line -> line.replaceFirst("^[<>] ", ""))
          .filter(line -> line.matches("\\{\"type\":\"[a-z_]+\".*") && !line.contains("…"))
          .map(ProtocolExamples::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The frame itself, and with each of its members, or one of its payload, left out or changed. */
  static List<ObjectNode> variantsOf(ObjectNode frame) {
    List<ObjectNode> variants = new ArrayList<>();
    variants.add(frame);
    for (String place : List.of("", "/payload")) {
      if (frame.at(place) instanceof ObjectNode object) {
        List<String> names = new ArrayList<>(List.of("more", "id", "thread_id", "seq_from", "seq"));
        object.properties().stream().map(Map.Entry::getKey).forEach(names::add);
        for (String name : names) {
          if (!name.equals("type")) {
            variants.addAll(variantsOf(frame, place, name));
          }
        }
      }
    }
    return variants;
  }

  private static List<ObjectNode> variantsOf(ObjectNode frame, String place, String name) {
    List<ObjectNode> variants = new ArrayList<>();
    ObjectNode without = frame.deepCopy();
    ((ObjectNode) without.at(place)).remove(name);
    variants.add(without);
    for (String value : VALUES) {
      ObjectNode changed = frame.deepCopy();
      ((ObjectNode) changed.at(place)).set(name, value(value));
      variants.add(changed);
    }
    return variants;
  }

  private static ObjectNode parse(String line) {
    return (ObjectNode) value(line);
  }

  private static JsonNode value(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
