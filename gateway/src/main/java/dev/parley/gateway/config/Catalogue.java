package dev.parley.gateway.config;

import static java.util.Comparator.comparingInt;

import java.util.List;
import java.util.Optional;

/** All declared settings, in the order of the documentation. */
public record Catalogue(List<Declaration> declarations) {

  public Catalogue {
    declarations = List.copyOf(declarations);
  }

  boolean declares(String name) {
    return declarations.stream().anyMatch(each -> each.name().equals(name));
  }

  /** The declaration of a dotted name. */
  Optional<Declaration> find(String dotted) {
    return declarations.stream().filter(each -> each.covers(dotted)).findFirst();
  }

  /** The dotted name that an environment variable sets. */
  Optional<String> dotted(String variable) {
    return declarations.stream().flatMap(each -> each.dotted(variable).stream()).findFirst();
  }

  /** Whether a declared name begins with this one and a dot, as {@code server.port} does. */
  boolean isSection(String dotted) {
    return declarations.stream().anyMatch(each -> isIn(dotted, each));
  }

  /** The declared name that is most similar to a wrong one. */
  String nearest(String wrong) {
    return declarations.stream()
        .map(each -> nearest(each, wrong))
        .min(comparingInt(name -> Spelling.distance(name, wrong)))
        .orElseThrow();
  }

  private static boolean isIn(String section, Declaration declaration) {
    return nearest(declaration, section + ".").startsWith(section + ".");
  }

  /** The {@code <name>} of a family is taken from the same place of the wrong name. */
  private static String nearest(Declaration declaration, String wrong) {
    if (!(declaration instanceof SettingFamily<?> family)) {
      return declaration.name();
    }
    String[] parts = wrong.split("\\.", 3);
    String filled = family.dottedName(parts.length > 2 ? Spelling.plain(parts[1]) : "");
    return family.covers(filled) ? filled : family.name();
  }
}
