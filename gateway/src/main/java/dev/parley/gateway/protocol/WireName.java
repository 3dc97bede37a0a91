package dev.parley.gateway.protocol;

import java.util.ArrayList;
import java.util.List;

/** A constant that has a name on the wire, in snake case. */
public interface WireName {

  /** The name on the wire. */
  String wire();

  /**
   * The constant of this name.
   *
   * @param field the field that has the name, for the error text
   * @throws IllegalArgumentException for a name of none of them
   */
  static <T extends WireName> T parse(String field, T[] constants, String name) {
    for (T constant : constants) {
      if (constant.wire().equals(name)) {
        return constant;
      }
    }
    List<String> names = new ArrayList<>();
    for (T constant : constants) {
      names.add(constant.wire());
    }
    String last = names.remove(names.size() - 1);
    throw new IllegalArgumentException(
        Texts.expected(field, name, String.join(", ", names) + " or " + last));
  }
}
