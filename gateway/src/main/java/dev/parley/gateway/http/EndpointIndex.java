package dev.parley.gateway.http;

import dev.parley.gateway.protocol.Texts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the endpoint of a path. A literal path takes precedence over a template. Immutable. */
public final class EndpointIndex {

  private final Map<String, Endpoint> literals = new HashMap<>();
  private final Map<PathTemplate, Endpoint> templates = new LinkedHashMap<>();

  /**
   * An index of these endpoints.
   *
   * @throws IllegalArgumentException when two endpoints match the same path
   */
  public EndpointIndex(List<? extends Endpoint> endpoints) {
    Set<String> forms = new HashSet<>();
    for (Endpoint endpoint : endpoints) {
      PathTemplate template = PathTemplate.of(endpoint.path());
      if (!forms.add(template.form())) {
        throw new IllegalArgumentException(
            Texts.expected("endpoint", endpoint.path(), "one endpoint for a path"));
      }
      if (template.form().equals(endpoint.path())) {
        literals.put(endpoint.path(), endpoint);
      } else {
        templates.put(template, endpoint);
      }
    }
  }

  /** The endpoint of a path without its query. */
  public Optional<PathMatch> find(String path) {
    Endpoint known = literals.get(path);
    return known == null ? findTemplate(path) : Optional.of(new PathMatch(known, Map.of()));
  }

  private Optional<PathMatch> findTemplate(String path) {
    for (Map.Entry<PathTemplate, Endpoint> each : templates.entrySet()) {
      Optional<Map<String, String>> parameters = each.getKey().match(path);
      if (parameters.isPresent()) {
        return Optional.of(new PathMatch(each.getValue(), parameters.get()));
      }
    }
    return Optional.empty();
  }
}
