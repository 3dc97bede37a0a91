package dev.parley.gateway.tests.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks that there are exactly 25 promise classes, one for each number, that each says its value,
 * and that {@code docs/from-the-report.md} has a row for each that names only tests that exist.
 */
final class PromiseGuard {
  /** How many promises there are. */
  static final int COUNT = 25;

  private static final Path UNIT_TESTS = Path.of("..", "gateway", "src", "test", "java");
  private static final Pattern NAME = Pattern.compile("P(\\d\\d)[A-Z]\\w*");

  private PromiseGuard() {}

  /** Whether a class belongs to the promises: by its package or by its annotation. */
  static boolean isOfPromises(Class<?> owner) {
    return owner.getPackageName().endsWith(".promises")
        || owner.isAnnotationPresent(BusinessValue.class);
  }

  /** The number in the name of a promise class; 0 if it has none. */
  static int number(Class<?> owner) {
    Matcher name = NAME.matcher(owner.getSimpleName());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  /** What is wrong with these classes, which have tests. */
  static List<String> problems(Collection<Class<?>> owners, Collection<PromiseRow> rows) {
    TreeSet<String> problems = new TreeSet<>();
    List<Class<?>> promises =
        owners.stream()
            .filter(PromiseGuard::isOfPromises)
            .distinct()
            .sorted(Comparator.comparing(Class::getName))
            .toList();
    promises.forEach(owner -> problems.addAll(problems(owner)));
    for (int i = 1; i <= COUNT; i++) {
      int number = i;
      long classes = promises.stream().filter(owner -> number(owner) == number).count();
      if (classes != 1) {
        problems.add("promise " + i + ": " + classes + " classes (expected: 1)");
      }
      if (rows.stream().filter(row -> row.number() == number).count() != 1) {
        problems.add("promise " + i + ": not once in docs/from-the-report.md");
      }
    }
    Set<String> known = unitTests();
    owners.forEach(owner -> known.add(owner.getSimpleName()));
    for (PromiseRow row : rows) {
      row.tests().stream()
          .filter(test -> !known.contains(test))
          .forEach(test -> problems.add("docs/from-the-report.md: no test " + test));
    }
    return new ArrayList<>(problems);
  }

  /** The names of the classes beside the gateway's code. */
  private static Set<String> unitTests() {
    try (Stream<Path> files = Files.walk(UNIT_TESTS)) {
      return files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .collect(Collectors.toCollection(HashSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> problems(Class<?> owner) {
    String name = owner.getSimpleName();
    if (number(owner) < 1 || number(owner) > COUNT) {
      return List.of("promise class: " + name + " (expected: P01… to P" + COUNT + "…)");
    }
    BusinessValue value = owner.getAnnotation(BusinessValue.class);
    if (value == null) {
      return List.of("promise without @BusinessValue: " + name);
    }
    boolean isSaid =
        Stream.of(value.segment(), value.goal(), value.valueImpact(), value.strategicImpact())
            .noneMatch(String::isBlank);
    return isSaid ? List.of() : List.of("promise with an empty value: " + name);
  }
}
