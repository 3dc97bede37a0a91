package dev.parley.gateway.tests.support;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;

/** What is alive in this JVM's heap; counting collects garbage first. */
public final class HeapHistogram {
  private HeapHistogram() {}

  /** How many instances of each of these classes are alive; a class without any is left out. */
  public static Map<String, Long> instances(Collection<String> classes) {
    Map<String, Long> instances = new TreeMap<>();
    histogram()
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(words -> words.length >= 4 && classes.contains(words[3]))
        .forEach(words -> instances.put(words[3], Long.valueOf(words[1])));
    return instances;
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
