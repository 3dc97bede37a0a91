package dev.parley.gateway.http;

import dev.parley.gateway.protocol.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers the requests to one path at once. */
public interface ImmediateEndpoint extends Endpoint {

  /**
   * Answers a request with one of the methods. Called on the connection's event loop: it must not
   * block.
   *
   * @throws RefusedException when the request is refused
   */
  Response respond(Request request);

  @Override
  default CompletionStage<Response> answer(Request request) {
    return CompletableFuture.completedStage(respond(request));
  }
}
