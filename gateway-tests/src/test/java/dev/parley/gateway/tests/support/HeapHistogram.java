package dev.parley.gateway.tests.support;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;

/** Counts live objects in this JVM's heap, after a garbage collection. */
public final class HeapHistogram {
  private HeapHistogram() {}

  /**
   * Counts the live instances of each of these classes; a class without instances is left out. A
   * name without a class fails the test, so that a renamed class is not counted as gone.
   */
  public static Map<String, Long> instances(Collection<String> classes) {
    classes.forEach(HeapHistogram::requireClass);
    Map<String, Long> instances = new TreeMap<>();
    histogram()
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(words -> words.length >= 4 && classes.contains(words[3]))
        .forEach(words -> instances.put(words[3], Long.valueOf(words[1])));
    return instances;
  }

  private static void requireClass(String name) {
    try {
      Class.forName(name, false, HeapHistogram.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError("class: " + name + " (expected: on the class path)", e);
    }
  }

  /** One line for each class: {@code num: instances bytes name}. */
  private static String histogram() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new AssertionError("heap: " + e, e);
    }
  }
}
