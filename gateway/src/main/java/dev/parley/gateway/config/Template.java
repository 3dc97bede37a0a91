package dev.parley.gateway.config;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting that exists once per name: {@code tiers.<name>.rate}.
 *
 * @param family what stands before the name: {@code tiers}
 * @param suffix what stands behind it: {@code rate}
 * @param defaults the value of each name known from the start, in the order shown
 */
public record Template<T>(
    String family, String suffix, Map<String, T> defaults, Parser<T> parser, String meaning)
    implements Setting {

  public Template {
    requireNonNull(family, "family");
    requireNonNull(suffix, "suffix");
    requireNonNull(parser, "parser");
    requireNonNull(meaning, "meaning");
    defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
  }

  /** The key of one name; the fallback counts only for a name without a default. */
  public Key<T> key(String name, T fallback) {
    T value = defaults.getOrDefault(name, fallback);
    return new Key<>(dottedName(name), value.toString(), value, parser, meaning);
  }

  @Override
  public String name() {
    return dottedName("<name>");
  }

  @Override
  public String defaultText() {
    return defaults.values().stream().distinct().count() == 1
        ? defaults.values().iterator().next().toString()
        : defaults.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(joining(", "));
  }

  @Override
  public boolean covers(String dotted) {
    return Pattern.matches(
        Pattern.quote(family + ".") + "[a-z0-9-]+" + Pattern.quote("." + suffix), dotted);
  }

  @Override
  public Optional<String> dotted(String variable) {
    String form = Key.variable(dottedName("\\E([A-Z0-9-]+)\\Q"));
    Matcher matcher = Pattern.compile("\\Q" + form + "\\E").matcher(variable);
    return matcher.matches()
        ? Optional.of(dottedName(matcher.group(1).toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  String dottedName(String name) {
    return family + "." + name + "." + suffix;
  }
}
