package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.testng.annotations.Test;

/**
 * No more than four classes of a package need each other in a circle, so that a package can be read
 * one class at a time. Nested classes count as their outer class.
 */
@Test(groups = "unit")
public class KnotsTest {

  private static final String ROOT = "dev.parley.gateway";
  private static final int MAX_IN_A_CIRCLE = 4;

  /** A class, and those of its package that it needs; all by the names of their outer classes. */
  private static Map<String, Set<String>> needs(Collection<JavaClass> classes) {
    Map<String, Set<String>> needs = new TreeMap<>();
    for (JavaClass each : classes) {
      Set<String> needed = needs.computeIfAbsent(outer(each), name -> new TreeSet<>());
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().equals(each.getPackageName())) {
          needed.add(outer(target));
        }
      }
    }
    return needs;
  }

  private static String outer(JavaClass nested) {
    return nested.getName().replaceFirst("\\$.*", "");
  }

  public void noPackageHasAKnot() {
    Collection<JavaClass> house =
        new ClassFileImporter().withImportOption(new WithoutTests()).importPackages(ROOT);
    assertThat(house).hasSizeGreaterThan(200);
    assertThat(knots(needs(house))).isEmpty();
  }

  public void aCircleOfFiveIsAKnotAndOneOfFourIsNot() {
    assertThat(knots(circle(4))).isEmpty();
    assertThat(knots(circle(5))).containsExactly(List.of("c0", "c1", "c2", "c3", "c4"));
  }

  public void classesInARowAreNoKnotHoweverMany() {
    Map<String, Set<String>> row = circle(1000);
    row.put("c999", Set.of());
    assertThat(knots(row)).isEmpty();
  }

  private static Map<String, Set<String>> circle(int size) {
    Map<String, Set<String>> circle = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      circle.put("c" + i, Set.of("c" + (i + 1) % size));
    }
    return circle;
  }

  private static List<List<String>> knots(Map<String, Set<String>> needs) {
    return new Circles(needs)
        .all().stream().filter(circle -> circle.size() > MAX_IN_A_CIRCLE).toList();
  }

  /** The strongly connected components of a graph, by Tarjan's algorithm. */
  private static final class Circles {
    private final Map<String, Set<String>> needs;
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> isOpen = new TreeSet<>();
    private final List<List<String>> all = new ArrayList<>();

    Circles(Map<String, Set<String>> needs) {
      this.needs = needs;
    }

    List<List<String>> all() {
      needs.keySet().stream().filter(each -> !index.containsKey(each)).forEach(this::visit);
      return all;
    }

    private void visit(String name) {
      index.put(name, index.size());
      lowest.put(name, index.get(name));
      open.push(name);
      isOpen.add(name);
      for (String needed : needs.getOrDefault(name, Set.of())) {
        if (!index.containsKey(needed)) {
          visit(needed);
          lowest.merge(name, lowest.get(needed), Math::min);
        } else if (isOpen.contains(needed)) {
          lowest.merge(name, index.get(needed), Math::min);
        }
      }
      if (lowest.get(name).equals(index.get(name))) {
        close(name);
      }
    }

    private void close(String first) {
      List<String> circle = new ArrayList<>();
      String last;
      do {
        last = open.pop();
        isOpen.remove(last);
        circle.add(last);
      } while (!last.equals(first));
      circle.sort(null);
      all.add(circle);
    }
  }
}
