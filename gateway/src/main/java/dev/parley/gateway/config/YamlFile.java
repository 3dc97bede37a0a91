package dev.parley.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The layer that all others override: YAML mappings, flattened to dotted names, lists joined by
 * commas.
 *
 * <p>It works on the tree of nodes, where a value is still the text that was written and has its
 * line. The content of the file is never shown: it may be a secret in the wrong place.
 */
final class YamlFile {

  private final Path path;
  private final Catalogue catalogue;
  private final Problems problems;
  private final Map<String, Value> values = new LinkedHashMap<>();

  private YamlFile(Path path, Catalogue catalogue, Problems problems) {
    this.path = path;
    this.catalogue = catalogue;
    this.problems = problems;
  }

  static Map<String, Value> read(Path path, Catalogue catalogue, Problems problems) {
    YamlFile file = new YamlFile(path, catalogue, problems);
    file.read();
    return file.values;
  }

  private void read() {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(path.toString())
            .setMaxAliasesForCollections(0)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      composed(Files.readString(path), settings)
          .filter(node -> !isNull(node))
          .ifPresent(this::root);
    } catch (IOException e) {
      problems.add(path.toString(), "not readable", "a UTF-8 file that may be read");
    } catch (MarkedYamlEngineException e) {
      problems.add(at(e.getProblemMark()), "broken", "YAML; " + withoutNames(e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(path.toString(), "broken", "YAML; " + e.getMessage());
    }
  }

  private static Optional<Node> composed(String text, LoadSettings settings) {
    try {
      return new Compose(settings).composeString(text);
    } catch (
        IllegalArgumentException e) { // the library's, which checks tags only when it uses them
      throw new YamlEngineException("a tag is malformed");
    }
  }

  private void root(Node node) {
    if (node instanceof MappingNode mapping) {
      flatten("", mapping);
    } else {
      problems.add(at(node.getStartMark()), "not a mapping", "lines like server.port: 8080");
    }
  }

  private void flatten(String prefix, MappingNode mapping) {
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key) {
        entry(prefix + key.getValue(), key, entry.getValueNode());
      } else {
        problems.add(at(entry.getKeyNode().getStartMark()), "not a name", "name: value");
      }
    }
  }

  private void entry(String name, ScalarNode key, Node value) {
    Optional<Declaration> declared = catalogue.find(name);
    boolean known = declared.isPresent();
    if (!known && value instanceof MappingNode section) {
      flatten(name + ".", section);
    } else if (!known && !(isNull(value) && catalogue.isSection(name))) {
      String nearest = catalogue.nearest(name);
      problems.add(name, "unknown key in " + at(key), "a known one; the nearest is " + nearest);
    } else if (known) {
      MappingForm form = declared.get().parser().mapping();
      (value instanceof MappingNode mapping ? text(mapping, form) : text(value))
          .ifPresentOrElse(
              text -> put(name, new Value(text, "in " + at(key))),
              () -> problems.add(name, "no plain value in " + at(key), "a value or a list"));
    }
  }

  private void put(String name, Value value) {
    Value first = values.putIfAbsent(name, value);
    if (first != null) {
      problems.add(name, "twice", "once; set " + first.origin() + " and " + value.origin());
    }
  }

  private static Optional<String> text(MappingNode mapping, MappingForm form) {
    return switch (form) {
      case NONE -> Optional.empty();
      case LINES -> lines(mapping);
      case JSON -> Optional.of(YamlJson.of(mapping));
    };
  }

  private static Optional<String> text(Node node) {
    if (node instanceof ScalarNode scalar) {
      return isNull(node) ? Optional.empty() : Optional.of(scalar.getValue());
    }
    return node instanceof SequenceNode sequence ? joined(sequence) : Optional.empty();
  }

  private static Optional<String> joined(SequenceNode sequence) {
    List<String> elements = new ArrayList<>();
    for (Node node : sequence.getValue()) {
      if (!(node instanceof ScalarNode scalar)) {
        return Optional.empty();
      }
      elements.add(scalar.getValue());
    }
    return Optional.of(String.join(",", elements));
  }

  /** One line for each entry: {@code name: value}. */
  private static Optional<String> lines(MappingNode mapping) {
    StringBuilder lines = new StringBuilder();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)
          || !(entry.getValueNode() instanceof ScalarNode value)
          || isNull(value)) {
        return Optional.empty();
      }
      lines.append(key.getValue()).append(": ").append(value.getValue()).append('\n');
    }
    return Optional.of(lines.toString());
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** The library's text without the part of the file that it quotes. */
  private static String withoutNames(String problem) {
    return problem.replaceFirst("(undefined|duplicate) (alias|anchor|tag handle).*", "$1 $2");
  }

  private String at(Node node) {
    return at(node.getStartMark());
  }

  private String at(Optional<Mark> mark) {
    return path + mark.map(known -> ", line " + (known.getLine() + 1)).orElse("");
  }
}
