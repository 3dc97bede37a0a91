package dev.parley.gateway.bench.socket;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The flags of {@code scripts/bench}, each given as {@code name=value}; the script checks them. */
record Options(String scenario, Map<String, String> values) {

  static Options parse(String... args) {
    Map<String, String> values = new HashMap<>();
    for (int i = 1; i < args.length; i++) {
      String[] pair = args[i].split("=", 2);
      values.put(pair[0], pair[1]);
    }
    return new Options(args[0], values);
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  boolean is(String name) {
    return Boolean.parseBoolean(text(name));
  }

  Path folder() {
    return Path.of(text("folder")).toAbsolutePath();
  }

  /** The value of a flag that may be missing; empty then. */
  String optional(String name) {
    return values.getOrDefault(name, "");
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing (expected: " + name + "=value)");
    }
    return value;
  }
}
