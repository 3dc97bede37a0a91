package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.net.URI;
import java.util.Optional;

/**
 * Where and how a model is asked.
 *
 * @param url what the vendor calls the base URL, or the whole URL with the path of the API; with
 *     its query
 * @param model none if the service has one model only
 * @param system what the model is told first
 * @param parameters more members of each request, a JSON object; they replace those of the gateway,
 *     except what each API fixes
 */
public record ModelEndpoint(
    URI url, Optional<String> model, Optional<String> system, Optional<RawJson> parameters) {

  /**
   * An endpoint with what was configured.
   *
   * @throws IllegalArgumentException when the parameters are no JSON object
   */
  public ModelEndpoint {
    parameters.ifPresent(ModelEndpoint::object);
  }

  /**
   * The URL of requests with this path of the API; it is added where it is missing.
   *
   * @param path begins with a slash
   */
  public URI uri(String path) {
    String base = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String whole = base.endsWith(path) ? base : base + path;
    return URI.create(url.getScheme() + "://" + url.getRawAuthority() + whole + query);
  }

  /** A copy of the parameters. */
  public ObjectNode parameterObject() {
    return parameters.map(ModelEndpoint::object).orElseGet(ServiceJson.NODES::objectNode);
  }

  private static ObjectNode object(RawJson parameters) {
    if (ServiceJson.read(parameters.toString()).orElse(null) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(
        Texts.expected("parameters", parameters.toString(), "a JSON object"));
  }
}
