package dev.parley.gateway.config;

import static java.util.Comparator.comparingInt;

import java.util.List;
import java.util.Optional;

/** All settings there are, in the order they are told. */
public record Catalogue(List<Setting> settings) {

  public Catalogue {
    settings = List.copyOf(settings);
  }

  Optional<Setting> find(String dotted) {
    return settings.stream().filter(setting -> setting.covers(dotted)).findFirst();
  }

  /** The dotted name that an environment variable stands for. */
  Optional<String> dotted(String variable) {
    return settings.stream().flatMap(setting -> setting.dotted(variable).stream()).findFirst();
  }

  /** Whether a known name goes on behind this one: {@code server} of {@code server.port}. */
  boolean isSection(String dotted) {
    return settings.stream().anyMatch(setting -> goesOn(setting, dotted));
  }

  /** The known dotted name that a wrong one was most likely meant to be. */
  String nearest(String wrong) {
    return settings.stream()
        .map(setting -> likeliest(setting, wrong))
        .min(comparingInt(name -> Spelling.distance(name, wrong)))
        .orElseThrow();
  }

  private static boolean goesOn(Setting setting, String dotted) {
    String likely = likeliest(setting, dotted + ".");
    return likely.startsWith(dotted + ".");
  }

  /** A template's hole is filled with what stands at that place in the wrong name. */
  private static String likeliest(Setting setting, String wrong) {
    if (!(setting instanceof Template<?> template)) {
      return setting.name();
    }
    String[] parts = wrong.split("\\.", 3);
    String filled = template.dottedName(parts.length > 2 ? Spelling.plain(parts[1]) : "");
    return template.covers(filled) ? filled : template.name();
  }
}
