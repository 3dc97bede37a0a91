package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The service of one agent. Callable from any thread; blocks none. */
public interface Upstream {

  /**
   * Sends the call and gives the events of the answer to the listener. Adds the configured headers,
   * credentials and identity. Tries again as the configuration allows, but never after the listener
   * has taken an event. A cancelled request closes the connection; the stage then completes with
   * {@link StreamEnd#TERMINAL}.
   *
   * @param request the run that the call is for
   * @return how the stream ended; fails with an {@link UpstreamException}
   */
  CompletionStage<StreamEnd> stream(AgentRequest request, HttpCall call, SseListener listener);

  /**
   * Streams like {@link #stream}, from a service that keeps the stream. When it is lost, or ends
   * without a terminal event, it is joined again as the listener says, after a growing pause and at
   * most eight times without an event.
   */
  CompletionStage<StreamEnd> follow(AgentRequest request, HttpCall call, JoinableListener listener);

  /**
   * Sends the call once and reads the whole answer, with any status; no redirect is followed. Adds
   * headers, credentials and identity, and heeds the timers, as {@link #stream} does. Takes no
   * place of a run (see {@link #places}), and does not look at the cancellation of the request:
   * cancelling the returned future itself closes the connection.
   *
   * @param request the run that the call is for
   * @param maxBytes of the body; a longer one is a failure
   * @return fails with an {@link UpstreamException}
   */
  CompletableFuture<HttpAnswer> send(AgentRequest request, HttpCall call, int maxBytes);

  /**
   * The same, for a service that may answer with a stream of events. They are given to the
   * listener; the answer, without a body, follows when the listener has taken the terminal event or
   * the stream has ended cleanly.
   */
  CompletableFuture<HttpAnswer> exchange(
      AgentRequest request, HttpCall call, int maxBytes, SseListener listener);

  /** The places of runs, which {@link #stream} takes by itself. */
  Places places();

  /** A text of the service with {@code ***} in the place of each credential of the requests. */
  String withoutCredentials(String text);
}
