package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Answers the requests to one path, at once or later. */
public interface Endpoint {

  /** The path without the query; {@code {name}} stands for any one segment. */
  String path();

  /** The calls of this path, as the OpenAPI document describes them. */
  List<Call> calls();

  /** The methods of this path; {@code GET} includes {@code HEAD}. */
  default Set<HttpMethod> methods() {
    return calls().stream()
        .map(call -> HttpMethod.valueOf(call.method()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Which listener serves this endpoint when operators have one of their own. */
  default Side side() {
    return Side.USERS;
  }

  /** Whether this endpoint answers before the gateway is ready and while it drains. */
  default boolean isAlwaysOpen() {
    return false;
  }

  /** Whether a call needs the token of a user, which is verified before this endpoint is called. */
  default boolean takesToken() {
    return calls().stream().anyMatch(Call::needsToken);
  }

  /**
   * Checks the head of a request with a body, before any of the body is kept. Called on the
   * connection's event loop.
   *
   * @param head the request with an empty body
   * @throws RefusedException when the request is refused without its body; the default refuses
   *     every body
   */
  default void checkHead(Request head) {
    throw RefusedException.invalid("body: present (expected: a request without one)");
  }

  /**
   * Answers a request with one of the methods. The stage may complete later, on any thread. Called
   * on the connection's event loop: it must not block. The request is valid only during the call.
   *
   * @throws RefusedException when the request is refused
   */
  CompletionStage<Response> answer(Request request);
}
