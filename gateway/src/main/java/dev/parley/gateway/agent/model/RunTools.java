package dev.parley.gateway.agent.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The tools of one run, under the names that the APIs of models take. */
final class RunTools {

  private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^a-zA-Z0-9_-]");
  private static final int MAX_NAME = 64;

  private final Map<String, Tool> byName = new LinkedHashMap<>();

  RunTools(List<Tool> tools) {
    for (Tool tool : tools) {
      byName.put(unused(tool.spec().name()), tool);
    }
  }

  /** 1 to 64 of letters, digits, {@code _} and {@code -}. */
  private String unused(String name) {
    String plain = NOT_IN_A_NAME.matcher(name).replaceAll("_");
    String taken = cut(plain, MAX_NAME);
    for (int number = 2; byName.containsKey(taken); number++) {
      String suffix = "_" + number;
      taken = cut(plain, MAX_NAME - suffix.length()) + suffix;
    }
    return taken;
  }

  private static String cut(String name, int length) {
    return name.substring(0, Math.min(name.length(), length));
  }

  /** What the model is told. */
  List<ToolSpec> offered() {
    List<ToolSpec> specs = new ArrayList<>(byName.size());
    byName.forEach(
        (name, tool) ->
            specs.add(new ToolSpec(name, tool.spec().description(), tool.spec().parameters())));
    return specs;
  }

  /** The tool that the model calls by this name. */
  Optional<Tool> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
