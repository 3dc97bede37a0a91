package dev.parley.gateway.tests.report;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many cases of each family of {@link Attack} ran. */
final class AttackTable {

  private AttackTable() {}

  /** The table; empty if no attack ran. */
  static String table(List<TestOutcome> outcomes) {
    Map<String, List<TestOutcome>> families = new TreeMap<>();
    for (TestOutcome outcome : outcomes) {
      String family = family(outcome);
      if (family != null) {
        families.computeIfAbsent(family, first -> new ArrayList<>()).add(outcome);
      }
    }
    if (families.isEmpty()) {
      return "";
    }
    List<String> lines = new ArrayList<>();
    lines.add(line("attacks", "cases", "failed", "seconds"));
    families.forEach((family, cases) -> lines.add(line(family, cases)));
    lines.add(line("all", families.values().stream().flatMap(List::stream).toList()));
    return String.join("\n", lines) + "\n";
  }

  private static @Nullable String family(TestOutcome outcome) {
    @Nullable Attack attack = outcome.owner().getAnnotation(Attack.class);
    for (Method method : outcome.owner().getMethods()) {
      boolean isIt = method.getName().equals(outcome.method());
      if (isIt && method.isAnnotationPresent(Attack.class)) {
        attack = method.getAnnotation(Attack.class);
      }
    }
    return attack == null ? null : attack.value();
  }

  private static String line(String family, List<TestOutcome> cases) {
    long failed = cases.stream().filter(o -> o.status() != TestOutcome.Status.PASSED).count();
    long millis = cases.stream().mapToLong(TestOutcome::millis).sum();
    return line(family, cases.size(), failed, Math.round(millis / 100.0) / 10.0);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-24s %8s %8s %8s", cells);
  }
}
