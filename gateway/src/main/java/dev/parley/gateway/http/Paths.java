package dev.parley.gateway.http;

import dev.parley.gateway.protocol.Texts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which endpoint a path leads to; one that is named whole comes before a template. */
final class Paths {

  private final Map<String, Endpoint> whole = new HashMap<>();
  private final Map<PathTemplate, Endpoint> templates = new LinkedHashMap<>();

  /**
   * An endpoint and what stood in the path for each name of its template.
   *
   * @param parameters by name, percent-decoded
   */
  record Found(Endpoint endpoint, Map<String, String> parameters) {}

  /**
   * Leads to these endpoints.
   *
   * @throws IllegalArgumentException when two have one path
   */
  Paths(List<? extends Endpoint> endpoints) {
    Set<String> forms = new HashSet<>();
    for (Endpoint endpoint : endpoints) {
      PathTemplate template = PathTemplate.of(endpoint.path());
      if (!forms.add(template.form())) {
        throw new IllegalArgumentException(
            Texts.expected("resource", endpoint.path(), "one resource for a path"));
      }
      if (template.form().equals(endpoint.path())) {
        whole.put(endpoint.path(), endpoint);
      } else {
        templates.put(template, endpoint);
      }
    }
  }

  Optional<Found> find(String path) {
    Endpoint known = whole.get(path);
    return known == null ? findTemplate(path) : Optional.of(new Found(known, Map.of()));
  }

  private Optional<Found> findTemplate(String path) {
    for (Map.Entry<PathTemplate, Endpoint> each : templates.entrySet()) {
      Optional<Map<String, String>> parameters = each.getKey().match(path);
      if (parameters.isPresent()) {
        return Optional.of(new Found(each.getValue(), parameters.get()));
      }
    }
    return Optional.empty();
  }
}
