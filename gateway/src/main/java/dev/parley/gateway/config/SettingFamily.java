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
 * The declaration of settings that exist once for each name: {@code tiers.<name>.rate}.
 *
 * @param prefix the part before the name: {@code tiers}
 * @param suffix the part after the name: {@code rate}
 * @param defaults the default of each predefined name, in the order of the documentation
 */
public record SettingFamily<T>(
    String prefix, String suffix, Map<String, T> defaults, Parser<T> parser, String meaning)
    implements Declaration {

  public SettingFamily {
    requireNonNull(prefix, "prefix");
    requireNonNull(suffix, "suffix");
    requireNonNull(parser, "parser");
    requireNonNull(meaning, "meaning");
    defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
  }

  /** The setting of one name; {@code otherwise} is its default if the name is not predefined. */
  public Setting<T> of(String name, T otherwise) {
    T value = defaults.getOrDefault(name, otherwise);
    String text = value.equals(Optional.empty()) ? "" : value.toString();
    return new Setting<>(dottedName(name), text, value, parser, meaning);
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
        Pattern.quote(prefix + ".") + "[a-z0-9-]+" + Pattern.quote("." + suffix), dotted);
  }

  @Override
  public Optional<String> dotted(String variable) {
    String form = Setting.variable(dottedName("\\E([A-Z0-9-]+)\\Q"));
    Matcher matcher = Pattern.compile("\\Q" + form + "\\E").matcher(variable);
    return matcher.matches()
        ? Optional.of(dottedName(matcher.group(1).toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  String dottedName(String name) {
    return prefix + "." + name + "." + suffix;
  }
}
