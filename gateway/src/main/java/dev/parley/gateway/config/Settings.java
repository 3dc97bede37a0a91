package dev.parley.gateway.config;

import static java.util.stream.Collectors.toCollection;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Declares settings and reads their values. A package declares each of its settings once, in the
 * call that reads it:
 *
 * <pre>{@code
 * static DrainConfig read(Settings settings) {
 *   return new DrainConfig(
 *       settings.get("drain.period", "5s", Quantities.duration("0ms", "10m"), "Time over which …"));
 * }
 * }</pre>
 *
 * <p>Such a function runs twice: once without values, which yields the {@link Catalogue} of its
 * declarations, and once with the values. So it reads every setting, whatever the others say.
 *
 * <p>Values come from three layers, of which the last wins: file, environment, command line. What
 * is wrong is added to {@link Problems} and the default is used in its place, so that all problems
 * are found in one run. Used by one thread at a time: that of the start, then those of reloads.
 */
public final class Settings {

  /** Read from the working folder if it is there and no other file is named. */
  public static final String FILE = "gateway.yaml";

  /** The end of the names of settings that name a file. */
  private static final String FILE_SUFFIX = "_file";

  private final Map<String, Value> values;
  private final Problems problems;

  /** All declarations; null while they are collected. */
  private final @Nullable Catalogue catalogue;

  private final List<Declaration> collected = new ArrayList<>();

  /** Where the values came from; asked for them again. */
  private final Function<Problems, Map<String, Value>> origin;

  /** What was in the files that settings name, as it was read. */
  private final Map<String, Object> contents = new HashMap<>();

  private Settings(
      Function<Problems, Map<String, Value>> origin,
      Problems problems,
      @Nullable Catalogue catalogue) {
    this.origin = origin;
    this.values = origin.apply(problems);
    this.problems = problems;
    this.catalogue = catalogue;
  }

  /**
   * Where settings come from.
   *
   * @param folder the working folder
   */
  public record Sources(List<String> args, Map<String, String> environment, Path folder) {}

  /** The declarations that a function reads. */
  public static Catalogue catalogue(Function<Settings, ?> group) {
    Settings none = new Settings(given -> Map.of(), new Problems(), null);
    var ignored = group.apply(none);
    return new Catalogue(none.collected);
  }

  /** What a function reads while nothing is set. */
  public static <T> T defaults(Function<Settings, T> group) {
    return group.apply(new Settings(given -> Map.of(), new Problems(), null));
  }

  /** What a function reads from the three layers. */
  public static <T> T read(Function<Settings, T> group, Sources sources, Problems problems) {
    return group.apply(read(catalogue(group), sources, problems));
  }

  /** What a function reads from these texts alone; for tests and for embedding. */
  public static <T> T read(
      Function<Settings, T> group, Map<String, String> texts, Problems problems) {
    Catalogue catalogue = catalogue(group);
    List<String> args =
        texts.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue()).toList();
    return group.apply(
        new Settings(
            given -> CommandLine.read(args, catalogue, given).values(), problems, catalogue));
  }

  static Settings read(Catalogue catalogue, Sources sources, Problems problems) {
    return new Settings(given -> values(catalogue, sources, given), problems, catalogue);
  }

  private static Map<String, Value> values(
      Catalogue catalogue, Sources sources, Problems problems) {
    CommandLine commandLine = CommandLine.read(sources.args(), catalogue, problems);
    Map<String, Value> values = new HashMap<>();
    file(commandLine, sources.folder())
        .ifPresent(file -> values.putAll(YamlFile.read(file, catalogue, problems)));
    values.putAll(Environment.read(sources.environment(), catalogue, problems));
    values.putAll(commandLine.values());
    return Map.copyOf(values);
  }

  /** The same settings as they are now: the file may have changed. */
  public Settings again(Problems found) {
    return new Settings(origin, found, catalogue);
  }

  /**
   * The names of settings that are not as they were, or whose file ({@code …_file}) has another
   * content.
   *
   * @param before of the same origin; the same function has read both
   */
  public SortedSet<String> changedSince(Settings before) {
    SortedSet<String> names = new TreeSet<>(values.keySet());
    names.addAll(before.values.keySet());
    names.removeIf(
        name ->
            text(name).equals(before.text(name))
                && Objects.equals(contents.get(name), before.contents.get(name)));
    return names;
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).map(Value::text);
  }

  /** Where a setting is set: {@code in gateway.yaml, line 3}. */
  public Optional<String> origin(String name) {
    return Optional.ofNullable(values.get(name)).map(Value::origin);
  }

  private static Optional<Path> file(CommandLine commandLine, Path folder) {
    Optional<Path> found = Optional.of(folder.resolve(FILE)).filter(Files::exists);
    return commandLine.file().map(folder::resolve).or(() -> found);
  }

  /** Declares a setting as {@link Setting#of} does and reads it. */
  public <T> T get(String name, String defaultText, Parser<T> parser, String meaning) {
    return get(Setting.of(name, defaultText, parser, meaning));
  }

  /** Declares a setting without a default and reads it. */
  public <T> Optional<T> find(String name, Parser<T> parser, String meaning) {
    return get(Setting.optional(name, parser, meaning));
  }

  /** The value of a setting; its default if it is unset or refused. */
  public <T> T get(Setting<T> setting) {
    declare(setting);
    return valueOf(setting);
  }

  /** The value of the family's setting of this name: see {@link SettingFamily#of}. */
  public <T> T get(SettingFamily<T> family, String name, T otherwise) {
    declare(family);
    return valueOf(family.of(name, otherwise));
  }

  /** The value of the family's setting of this name, which has no default. */
  public <T> Optional<T> find(SettingFamily<Optional<T>> family, String name) {
    return get(family, name, Optional.empty());
  }

  private void declare(Declaration declaration) {
    if (catalogue == null) {
      if (!collected.contains(declaration)) {
        collected.add(declaration);
      }
    } else if (!catalogue.declares(declaration.name())) {
      throw new IllegalStateException(
          declaration.name() + ": read under a condition (expected: read in any case)");
    }
  }

  private <T> T valueOf(Setting<T> setting) {
    Value value = values.get(setting.name());
    if (value == null) {
      return setting.defaultValue();
    }
    Optional<T> parsed = setting.parser().parse(value.text());
    if (parsed.isEmpty()) {
      refuse(setting, setting.parser().expectation());
    } else if (setting.name().endsWith(FILE_SUFFIX)) {
      contents.put(setting.name(), parsed.get());
    }
    return parsed.orElse(setting.defaultValue());
  }

  /** Reports a value, or a default, for a reason that its parser does not know. */
  public void refuse(Setting<?> setting, String expectation) {
    Value value = values.get(setting.name());
    if (value == null) {
      String shown = setting.defaultText().isEmpty() ? "not set" : setting.defaultText();
      problems.add(setting.name(), shown, expectation);
    } else {
      String shown = setting.parser().confidential() ? Secret.HIDDEN : value.text();
      problems.add(setting.name(), shown, expectation + "; set " + value.origin());
    }
  }

  /** Reports one element of a list. */
  public void refuseElement(Setting<?> setting, String element, String expectation) {
    problems.add(setting.name(), element, expectation);
  }

  /** Reads a value that may stand in the settings or in a file, but not in both. */
  public <T> Optional<T> either(Setting<Optional<T>> given, Setting<Optional<T>> file) {
    declare(given);
    declare(file);
    return one(given, file);
  }

  /** The same for two families. */
  public <T> Optional<T> either(
      SettingFamily<Optional<T>> given, SettingFamily<Optional<T>> file, String name) {
    declare(given);
    declare(file);
    return one(given.of(name, Optional.empty()), file.of(name, Optional.empty()));
  }

  private <T> Optional<T> one(Setting<Optional<T>> given, Setting<Optional<T>> file) {
    Optional<T> value = valueOf(given);
    Optional<T> fromFile = valueOf(file);
    if (isSet(given) && isSet(file)) {
      refuse(file, given.name() + " or " + file.name() + ", not both");
    }
    return value.or(() -> fromFile);
  }

  public boolean isSet(Setting<?> setting) {
    return values.containsKey(setting.name());
  }

  /** Whether the family's setting of this name is set. */
  public boolean isSet(SettingFamily<?> family, String name) {
    return values.containsKey(family.dottedName(name));
  }

  /** Whether any setting is set whose name begins with this one and a dot. */
  public boolean isSectionSet(String section) {
    return values.keySet().stream().anyMatch(name -> name.startsWith(section + "."));
  }

  /** What is set for this name in all families with this prefix, by the last part of its name. */
  public SortedMap<String, GivenSetting> given(String prefix, String name) {
    String section = prefix + "." + name + ".";
    SortedMap<String, GivenSetting> given = new TreeMap<>();
    values.forEach(
        (dotted, value) -> {
          if (catalogue != null && dotted.startsWith(section)) {
            boolean isHidden =
                catalogue.find(dotted).filter(each -> each.parser().confidential()).isPresent();
            String shown = isHidden ? Secret.HIDDEN : value.text();
            given.put(dotted.substring(section.length()), new GivenSetting(shown, value.origin()));
          }
        });
    return given;
  }

  /** The names that are set in families with this prefix: {@code gold} of {@code tiers}. */
  public SortedSet<String> names(String prefix) {
    return values.keySet().stream()
        .map(name -> name.split("\\.", -1))
        .filter(parts -> parts.length > 2 && parts[0].equals(prefix))
        .map(parts -> parts[1])
        .collect(toCollection(TreeSet::new));
  }
}
