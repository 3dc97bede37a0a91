package dev.parley.gateway.bench.socket;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The figures of a {@link Probe} by name. */
record ServerFigures(Map<String, Long> all) {

  private static final Pattern FIGURE = Pattern.compile("([\\w.]+)=(-?\\d+)");

  static ServerFigures parse(String text) {
    Map<String, Long> all = new HashMap<>();
    FIGURE
        .matcher(text)
        .results()
        .forEach(found -> all.put(found.group(1), Long.valueOf(found.group(2))));
    return new ServerFigures(all);
  }

  long of(String name) {
    Long figure = all.get(name);
    if (figure == null) {
      throw new IllegalArgumentException(
          name + ": missing (expected: one of " + all.keySet() + ")");
    }
    return figure;
  }
}
