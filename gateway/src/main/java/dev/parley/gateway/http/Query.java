package dev.parley.gateway.http;

import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The query of a request. Unknown and duplicate names are refused. */
final class Query {

  private final Map<String, String> values = new HashMap<>();

  /**
   * Reads the part after the question mark.
   *
   * @throws RefusedException with 400, which names the unknown or duplicate parameter
   */
  Query(String query, List<String> names) {
    for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = PercentEncoding.decode("query", equals < 0 ? pair : pair.substring(0, equals));
      if (!names.contains(name)) {
        String expected = names.isEmpty() ? "no query" : String.join(" or ", names);
        throw RefusedException.invalid(Texts.expected("query", name, expected));
      }
      String value = equals < 0 ? "" : PercentEncoding.decode(name, pair.substring(equals + 1));
      if (values.put(name, value) != null) {
        throw RefusedException.invalid(Texts.expected(name, "twice", "once"));
      }
    }
  }

  /**
   * An optional value.
   *
   * @param form parses the value; throws IllegalArgumentException with a text for the client
   * @throws RefusedException with 400
   */
  <T> Optional<T> optional(String name, Function<String, T> form) {
    String value = values.get(name);
    try {
      return value == null ? Optional.empty() : Optional.of(form.apply(value));
    } catch (IllegalArgumentException malformed) {
      throw RefusedException.invalid(String.valueOf(malformed.getMessage()));
    }
  }

  /**
   * The length of a page: the parameter {@code limit}, from 1 to the maximum.
   *
   * @throws RefusedException with 400
   */
  Optional<Integer> limit(int max) {
    return integer("limit", 1, max).map(Long::intValue);
  }

  /**
   * An optional whole number.
   *
   * @throws RefusedException with 400
   */
  Optional<Long> integer(String name, long min, long max) {
    return optional(
        name,
        text -> {
          boolean isNumber = text.matches("[0-9]{1,18}");
          if (!isNumber || Long.parseLong(text) < min || Long.parseLong(text) > max) {
            String expected = "a whole number from " + min + " to " + max;
            throw new IllegalArgumentException(Texts.expected(name, text, expected));
          }
          return Long.parseLong(text);
        });
  }
}
