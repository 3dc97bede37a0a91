package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.ServiceUrl;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.protocol.Texts;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a tool. Variables {@code {name}} stand for whole path segments or whole query
 * values; scheme, host and port are literal. A value is encoded, so that it cannot add a segment or
 * a parameter.
 */
public final class UrlTemplate {

  /** Reads an address with or without variables. */
  public static final Parser<UrlTemplate> PARSER =
      Parser.of(
          "an http:// or https:// URL without user and fragment, with {name} only as a whole path"
              + " segment or query value",
          UrlTemplate::parse);

  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]{0,63})}");
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private final String base;
  private final List<String> segments;
  private final List<String> parameters;
  private final Set<String> inPath = new LinkedHashSet<>();
  private final Set<String> inQuery = new LinkedHashSet<>();

  private UrlTemplate(String base, List<String> segments, List<String> parameters) {
    this.base = base;
    this.segments = segments;
    this.parameters = parameters;
    segments.forEach(each -> variable(each).ifPresent(inPath::add));
    parameters.forEach(each -> variable(valueOf(each)).ifPresent(inQuery::add));
  }

  private static Optional<UrlTemplate> parse(String text) {
    int path = text.indexOf('/', text.indexOf("://") + 3);
    int query = text.indexOf('?');
    int end = query < 0 ? text.length() : query;
    int begin = path < 0 || path > end ? end : path;
    UrlTemplate template =
        new UrlTemplate(
            text.substring(0, begin),
            List.of(text.substring(begin, end).split("/", -1)),
            query < 0 ? List.of() : List.of(text.substring(query + 1).split("&", -1)));
    String literal = template.filled(name -> Optional.of("x"));
    return ServiceUrl.PARSER.parse(literal).map(sound -> template);
  }

  private static Optional<String> variable(String part) {
    Matcher matcher = VARIABLE.matcher(part);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String valueOf(String parameter) {
    return parameter.substring(parameter.indexOf('=') + 1);
  }

  private interface Values {
    Optional<String> of(String name);
  }

  private String filled(Values values) {
    List<String> path = new ArrayList<>();
    for (String segment : segments) {
      path.add(variable(segment).flatMap(values::of).orElse(segment));
    }
    List<String> query = new ArrayList<>();
    for (String parameter : parameters) {
      Optional<String> name = variable(valueOf(parameter));
      String key = parameter.substring(0, parameter.indexOf('=') + 1);
      if (name.isEmpty() || key.isEmpty()) {
        query.add(parameter);
      } else {
        values.of(name.get()).ifPresent(value -> query.add(key + value));
      }
    }
    String whole = base + String.join("/", path);
    return query.isEmpty() ? whole : whole + "?" + String.join("&", query);
  }

  /** The names of the variables in the path, without which there is no address. */
  Set<String> inPath() {
    return inPath;
  }

  /** All names of variables. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>(inPath);
    names.addAll(inQuery);
    return names;
  }

  /** The address without its variables: for connections and checks. */
  URI plain() {
    return URI.create(base);
  }

  /**
   * The address with these arguments. A parameter whose value is missing is left out.
   *
   * @param arguments the used ones are removed
   * @throws IllegalArgumentException naming the value that fits into no address
   */
  URI fill(ObjectNode arguments) {
    for (String name : names()) {
      check(name, arguments.path(name));
    }
    String whole =
        filled(
            name ->
                arguments.path(name).isMissingNode()
                    ? Optional.empty()
                    : Optional.of(encode(arguments.path(name).asText())));
    arguments.remove(names());
    return URI.create(whole);
  }

  private void check(String name, JsonNode value) {
    boolean isInPath = inPath.contains(name);
    if (value.isMissingNode() && !isInPath) {
      return;
    }
    String text = value.asText();
    boolean isUsable =
        value.isValueNode()
            && !value.isNull()
            && Texts.whole(text).equals(text)
            && !(isInPath && (text.isEmpty() || text.equals(".") || text.equals("..")));
    if (!isUsable) {
      throw new IllegalArgumentException(
          Texts.expected(
              name,
              value.isMissingNode() ? "missing" : value.toString(),
              isInPath
                  ? "a text, number or boolean, and no empty text, . or .."
                  : "a text, number or boolean"));
    }
  }

  private static String encode(String value) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (each & 0xff);
      if (UNRESERVED.indexOf(character) >= 0) {
        encoded.append(character);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
      }
    }
    return encoded.toString();
  }

  @Override
  public String toString() {
    return base + String.join("/", segments);
  }
}
