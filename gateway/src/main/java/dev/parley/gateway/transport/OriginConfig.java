package dev.parley.gateway.transport;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the pages that may connect.
 *
 * @param allowed origins as browsers send them (RFC 6454, section 6.2); no patterns
 */
public record OriginConfig(Set<String> allowed) {

  private static final Setting<List<String>> ALLOWED =
      Setting.of(
          "origins.allowed",
          "",
          Parsers.list(Parsers.text("scheme://host[:port]")),
          "Origins whose pages may connect, in the form in which browsers send them.");

  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?<scheme>[a-z][a-z0-9+.-]*)://(?<host>[a-z0-9._-]+|\\[[0-9a-f:.]+])(:(?<port>\\d{1,5}))?");
  private static final String FORM = "scheme://host[:port] in lower case";

  public OriginConfig {
    allowed = Set.copyOf(allowed);
  }

  public static OriginConfig read(Settings settings) {
    List<String> origins = settings.get(ALLOWED);
    for (String origin : origins) {
      complaint(origin).ifPresent(expected -> settings.refuseElement(ALLOWED, origin, expected));
    }
    return new OriginConfig(Set.copyOf(origins));
  }

  private static Optional<String> complaint(String origin) {
    if (origin.contains("*")) {
      return Optional.of("each origin by name; a pattern would also admit unknown pages");
    }
    if (origin.equals("null")) {
      return Optional.of("a named origin; any sandboxed page can send null");
    }
    Matcher matcher = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT).replaceFirst("/$", ""));
    if (!matcher.matches() || !isPort(matcher.group("port"))) {
      return Optional.of(FORM + ", without a path");
    }
    String sent = asSent(matcher);
    return sent.equals(origin) ? Optional.empty() : Optional.of(sent + ", as browsers send it");
  }

  private static String asSent(Matcher matcher) {
    String port = matcher.group("port");
    String start = matcher.group("scheme") + "://";
    boolean byDefault =
        port == null
            || (start.equals("https://") && Integer.parseInt(port) == 443)
            || (start.equals("http://") && Integer.parseInt(port) == 80);
    return start + matcher.group("host") + (byDefault ? "" : ":" + Integer.parseInt(port));
  }

  private static boolean isPort(@Nullable String port) {
    return port == null || (Integer.parseInt(port) > 0 && Integer.parseInt(port) < 65536);
  }
}
