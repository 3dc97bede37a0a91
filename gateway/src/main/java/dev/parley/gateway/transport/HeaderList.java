package dev.parley.gateway.transport;

import java.util.ArrayList;
import java.util.List;

/** A header whose value is a list (RFC 9110, section 5.6.1), in one line or several. */
final class HeaderList {

  private HeaderList() {}

  /** The elements in order, without empty ones. */
  static List<String> elements(List<String> lines) {
    List<String> elements = new ArrayList<>(3);
    for (String line : lines) {
      for (String element : line.split(",", -1)) {
        String stripped = element.strip();
        if (!stripped.isEmpty()) {
          elements.add(stripped);
        }
      }
    }
    return elements;
  }

  /** Those of the elements that start with this. */
  static List<String> starting(List<String> elements, String start) {
    List<String> found = List.of();
    for (String element : elements) {
      if (element.startsWith(start)) {
        found = found.isEmpty() ? new ArrayList<>(1) : found;
        found.add(element);
      }
    }
    return found;
  }
}
