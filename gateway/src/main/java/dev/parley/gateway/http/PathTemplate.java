package dev.parley.gateway.http;

import dev.parley.gateway.protocol.RefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The path of an endpoint. A segment {@code {name}} stands for any one segment that is not empty.
 */
record PathTemplate(List<String> segments) {

  static PathTemplate of(String template) {
    return new PathTemplate(List.of(template.split("/", -1)));
  }

  /** Equal for two templates that match the same paths. */
  String form() {
    return String.join("/", segments.stream().map(each -> isName(each) ? "{}" : each).toList());
  }

  /**
   * The percent-decoded value of each name, if the path matches.
   *
   * @throws RefusedException when the path matches, but a value cannot be decoded
   */
  Optional<Map<String, String>> match(String path) {
    String[] found = path.split("/", -1);
    if (found.length != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < found.length; i++) {
      String segment = segments.get(i);
      if (isName(segment) && !found[i].isEmpty()) {
        values.put(segment.substring(1, segment.length() - 1), found[i]);
      } else if (!segment.equals(found[i])) {
        return Optional.empty();
      }
    }
    values.replaceAll((name, text) -> PercentEncoding.decode("path", text));
    return Optional.of(values);
  }

  private static boolean isName(String segment) {
    return segment.startsWith("{");
  }
}
