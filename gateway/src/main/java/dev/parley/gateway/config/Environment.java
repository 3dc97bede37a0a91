package dev.parley.gateway.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The layer between file and command line: variables that begin with {@code PARLEY_}.
 *
 * <p>Kubernetes sets such variables for a service named {@code parley} or {@code parley-…}. They
 * are recognized by their form and ignored.
 */
final class Environment {

  private static final Pattern SERVICE =
      Pattern.compile(
          "PARLEY_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private Environment() {}

  static Map<String, Value> read(
      Map<String, String> environment, Catalogue catalogue, Problems problems) {
    Map<String, Value> values = new HashMap<>();
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (variable.startsWith(Setting.PREFIX) && !isService(variable, text)) {
                Optional<String> name = catalogue.dotted(variable);
                name.ifPresent(dotted -> values.put(dotted, new Value(text, "in " + variable)));
                if (name.isEmpty()) {
                  unknown(variable, catalogue, problems);
                }
              }
            });
    return values;
  }

  private static boolean isService(String variable, String text) {
    return SERVICE.matcher(variable).matches()
        || (variable.endsWith("_PORT") && SERVICE_ADDRESS.matcher(text).matches());
  }

  private static void unknown(String variable, Catalogue catalogue, Problems problems) {
    String nearest =
        catalogue.nearest(variable.substring(Setting.PREFIX.length()).replace('_', '.'));
    problems.add(
        variable, "unknown variable", "a known one; the nearest is " + Setting.variable(nearest));
  }
}
