package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a service.
 *
 * @param method for example {@code POST}
 * @param headers those of the dialect alone; the configured ones and credentials are added later
 * @param body absent for a request without content
 */
public record HttpCall(
    String method, URI uri, Map<String, String> headers, @Nullable RawJson body) {

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  /** A {@code POST} of JSON. */
  public static HttpCall post(URI uri, Map<String, String> headers, RawJson body) {
    return new HttpCall("POST", uri, headers, body);
  }
}
