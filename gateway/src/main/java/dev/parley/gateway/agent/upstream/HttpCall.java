package dev.parley.gateway.agent.upstream;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a service.
 *
 * @param method for example {@code POST}
 * @param headers those of the dialect alone; the configured ones and credentials are added later
 * @param content the JSON body; absent for a request without one
 */
public record HttpCall(
    String method, URI uri, Map<String, String> headers, @Nullable RawJson content) {

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  /** A {@code POST} of JSON. */
  public static HttpCall post(URI uri, Map<String, String> headers, RawJson body) {
    return new HttpCall("POST", uri, headers, body);
  }

  /** The body of a call that has one. */
  public RawJson body() {
    return requireNonNull(content, "content");
  }
}
