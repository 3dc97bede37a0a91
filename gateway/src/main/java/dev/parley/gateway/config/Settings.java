package dev.parley.gateway.config;

import static java.util.stream.Collectors.toCollection;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The values of three layers, of which the later wins: file, environment, command line.
 *
 * <p>Used by the starting thread. Nothing throws: what is wrong goes to {@link Problems}, and the
 * default stands in for it, so that reading goes on and all problems are told at once.
 */
public final class Settings {

  /** Read from the working folder when it is there and no other file is named. */
  public static final String FILE = "gateway.yaml";

  private final Map<String, Value> values;

  private Settings(Map<String, Value> values) {
    this.values = values;
  }

  /**
   * Where settings come from.
   *
   * @param folder the working folder
   */
  public record Sources(List<String> args, Map<String, String> environment, Path folder) {}

  public static Settings read(Sources sources, Catalogue catalogue, Problems problems) {
    CommandLine commandLine = CommandLine.read(sources.args(), catalogue, problems);
    Map<String, Value> values = new HashMap<>();
    file(commandLine, sources.folder())
        .ifPresent(file -> values.putAll(YamlFile.read(file, catalogue, problems)));
    values.putAll(Environment.read(sources.environment(), catalogue, problems));
    values.putAll(commandLine.values());
    return new Settings(Map.copyOf(values));
  }

  /** Values from the command line's layer alone; for tests and for embedding. */
  public static Settings of(Map<String, String> texts, Catalogue catalogue, Problems problems) {
    List<String> args =
        texts.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue()).toList();
    return new Settings(CommandLine.read(args, catalogue, problems).values());
  }

  private static Optional<Path> file(CommandLine commandLine, Path folder) {
    Optional<Path> found = Optional.of(folder.resolve(FILE)).filter(Files::exists);
    return commandLine.file().map(folder::resolve).or(() -> found);
  }

  /** The value of a key, or its default when it is unset or refused. */
  public <T> T get(Key<T> key, Problems problems) {
    Value value = values.get(key.name());
    if (value == null) {
      return key.fallback();
    }
    Optional<T> parsed = key.parser().parse(value.text());
    if (parsed.isEmpty()) {
      refuse(key, key.parser().expectation(), problems);
    }
    return parsed.orElse(key.fallback());
  }

  /** For what a parser cannot see: the value given for this key will not do. */
  public void refuse(Key<?> key, String expectation, Problems problems) {
    Value value = values.get(key.name());
    if (value == null) {
      problems.add(
          key.name(), key.defaultText().isEmpty() ? "not set" : key.defaultText(), expectation);
    } else {
      String shown = key.parser().confidential() ? Secret.HIDDEN : value.text();
      problems.add(key.name(), shown, expectation + "; set " + value.origin());
    }
  }

  public boolean isSet(Setting setting) {
    return values.keySet().stream().anyMatch(setting::covers);
  }

  /** The names that fill the hole of a family of templates: {@code gold} of {@code tiers}. */
  public SortedSet<String> names(String family) {
    return values.keySet().stream()
        .map(name -> name.split("\\.", -1))
        .filter(parts -> parts.length > 2 && parts[0].equals(family))
        .map(parts -> parts[1])
        .collect(toCollection(TreeSet::new));
  }
}
