package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.net.URI;
import java.util.Optional;

/**
 * Where and how a model is asked.
 *
 * @param url what the vendor calls the base URL, or the whole URL up to {@code /chat/completions};
 *     with its query
 * @param model none if the service has one model only
 * @param system what the model is told first
 * @param parameters more members of each request, a JSON object; they replace those of the gateway,
 *     except {@code stream} and {@code messages}
 */
public record ChatEndpoint(
    URI url, Optional<String> model, Optional<String> system, Optional<RawJson> parameters) {

  private static final String PATH = "/chat/completions";

  /**
   * An endpoint with what was configured.
   *
   * @throws IllegalArgumentException when the parameters are no JSON object
   */
  public ChatEndpoint {
    parameters.ifPresent(ChatEndpoint::object);
  }

  /** The URL of the requests. */
  URI completions() {
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String whole = path.endsWith(PATH) ? path : path + PATH;
    return URI.create(url.getScheme() + "://" + url.getRawAuthority() + whole + query);
  }

  /** A copy of the parameters. */
  ObjectNode parameterObject() {
    return parameters.map(ChatEndpoint::object).orElseGet(ChatJson.NODES::objectNode);
  }

  private static ObjectNode object(RawJson parameters) {
    if (ChatJson.read(parameters.toString()).orElse(null) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(
        Texts.expected("parameters", parameters.toString(), "a JSON object"));
  }
}
