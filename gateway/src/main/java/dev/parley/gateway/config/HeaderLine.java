package dev.parley.gateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configured header of a request (RFC 9110, section 5). The value may be a credential, so it is
 * never shown.
 */
public record HeaderLine(String name, Secret value) {

  /**
   * Lines {@code Name: value}, or the same separated by commas. A comma in a value separates only
   * where another name, a colon and a space follow.
   */
  public static final Parser<List<HeaderLine>> LIST =
      new Parser<>(
          "headers, each written Name: value in ASCII",
          true,
          MappingForm.LINES,
          HeaderLine::parseList);

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*(" + TOKEN + "):[ \\t]+([\\x21-\\x7e](?:[\\t\\x20-\\x7e]*[\\x21-\\x7e])?)\\s*");
  private static final Pattern COMMA = Pattern.compile(",(?=\\s*" + TOKEN + ":\\s)");
  private static final Pattern LINES = Pattern.compile("\\R");

  /** The beginning of the names of headers of the gateway, in lower case. */
  private static final String OF_THE_GATEWAY = "parley-";

  /** Headers of the connection or the framing, and those that the gateway sets itself. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "transfer-encoding",
          "content-length",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "content-type",
          "content-encoding",
          "accept",
          "accept-encoding");

  private static Optional<List<HeaderLine>> parseList(String text) {
    List<HeaderLine> headers = new ArrayList<>();
    Pattern separator = text.indexOf('\n') >= 0 ? LINES : COMMA;
    for (String each : separator.splitAsStream(text).toList()) {
      Matcher line = LINE.matcher(each);
      if (line.matches()) {
        headers.add(new HeaderLine(line.group(1), Secret.of(line.group(2))));
      } else if (!each.isBlank()) {
        return Optional.empty();
      }
    }
    return Optional.of(headers).filter(list -> !list.isEmpty()).map(List::copyOf);
  }

  /**
   * Those of the headers that a setting gives which are allowed; the others are refused.
   *
   * @param names names in lower case, in use already; those of the headers are added
   */
  public static List<HeaderLine> allowed(
      List<HeaderLine> given, Set<String> names, Setting<?> setting, Settings settings) {
    List<HeaderLine> allowed = new ArrayList<>();
    for (HeaderLine header : given) {
      if (header.isForbidden()) {
        settings.refuseElement(
            setting, header.name(), "no header that HTTP or the gateway itself sets");
      } else if (!names.add(header.lowerName())) {
        settings.refuseElement(setting, header.name(), "each header once");
      } else {
        allowed.add(header);
      }
    }
    return allowed;
  }

  private boolean isForbidden() {
    String lower = lowerName();
    return FORBIDDEN.contains(lower) || lower.startsWith(OF_THE_GATEWAY);
  }

  private String lowerName() {
    return name.toLowerCase(Locale.ROOT);
  }
}
