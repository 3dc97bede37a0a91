package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Map;

/**
 * A {@code POST} of JSON that is answered by a stream of events.
 *
 * @param headers those of the dialect alone; the configured ones and credentials are added later
 * @param apiKey where the API key of the agent goes, if it has one
 */
public record HttpCall(URI uri, Map<String, String> headers, ApiKeyHeader apiKey, RawJson body) {

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  /** A call with the API key as a bearer token. */
  public HttpCall(URI uri, Map<String, String> headers, RawJson body) {
    this(uri, headers, ApiKeyHeader.BEARER, body);
  }
}
