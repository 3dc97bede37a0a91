package dev.parley.gateway.config;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * YAML as JSON (YAML 1.2.2, section 10.2, "JSON Schema"). A value that JSON does not have, such as
 * {@code .inf}, is left as it is. The parser of the setting refuses it.
 */
final class YamlJson {

  private YamlJson() {}

  static String of(Node node) {
    if (node instanceof MappingNode mapping) {
      return mapping.getValue().stream()
          .map(entry -> name(entry.getKeyNode()) + ":" + of(entry.getValueNode()))
          .collect(joining(",", "{", "}"));
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream().map(YamlJson::of).collect(joining(",", "[", "]"));
    }
    ScalarNode scalar = (ScalarNode) node;
    if (scalar.getTag().equals(Tag.NULL)) {
      return "null";
    }
    return scalar.getTag().equals(Tag.STR) ? quoted(scalar.getValue()) : scalar.getValue();
  }

  private static String name(Node key) {
    return key instanceof ScalarNode scalar ? quoted(scalar.getValue()) : of(key);
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    return json.append('"').toString();
  }
}
