package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Map;

/**
 * A {@code POST} of JSON that is answered by a stream of events.
 *
 * @param headers those of the dialect alone; the configured ones and credentials are added later
 */
public record HttpCall(URI uri, Map<String, String> headers, RawJson body) {

  public HttpCall {
    headers = Map.copyOf(headers);
  }
}
