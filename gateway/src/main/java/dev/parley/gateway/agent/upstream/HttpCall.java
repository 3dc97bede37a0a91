package dev.parley.gateway.agent.upstream;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a service.
 *
 * @param method for example {@code POST}
 * @param headers those of the dialect alone; the configured ones and credentials are added later
 * @param content the JSON body; absent for a request without one
 * @param timeout until the whole answer has come; null if the timers of the service are all. Only
 *     {@link Upstream#send} and {@link Upstream#exchange} heed it.
 */
public record HttpCall(
    String method,
    URI uri,
    Map<String, String> headers,
    @Nullable RawJson content,
    @Nullable Duration timeout) {

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  /** A request without a time limit of its own. */
  public HttpCall(String method, URI uri, Map<String, String> headers, @Nullable RawJson content) {
    this(method, uri, headers, content, null);
  }

  /** The same call with a time limit. */
  public HttpCall within(Duration limit) {
    return new HttpCall(method, uri, headers, content, limit);
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
