package dev.parley.gateway.http;

import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What one path answers, at once or later. */
public interface Endpoint {

  /** The path as it stands in the request line, without a query; {@code {name}} is any segment. */
  String path();

  /** What may be done here; {@code HEAD} comes with {@code GET}. */
  default Set<HttpMethod> methods() {
    return Set.of(HttpMethod.GET);
  }

  /** Whether it answers before the gateway is ready and while it drains. */
  default boolean isAlwaysOpen() {
    return false;
  }

  /**
   * Looks at the head of a request with a body, before anything of the body is kept. Called on the
   * connection's event loop.
   *
   * @param head the request with an empty body
   * @throws RefusedException when the body need not be read: here, as there is none to be sent
   */
  default void checkHead(Request head) {
    throw RefusedException.invalid("body: present (expected: a request without one)");
  }

  /**
   * The answer to a request with one of the methods; it may be complete later, on any thread.
   * Called on the connection's event loop: it must not block. The request is valid only during the
   * call.
   *
   * @throws RefusedException when the request is refused
   */
  CompletionStage<Response> answer(Request request);
}
