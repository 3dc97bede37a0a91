package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one run to a model, and its answers. A step is one request with its answer. Used
 * by one thread at a time.
 */
public interface ModelSession {

  /**
   * The request of the next step. It holds the answers so far, and the results of the tools that
   * the last one called.
   */
  HttpCall nextCall(List<ToolResult> results);

  /**
   * Another form of the request of this step, if the service has rejected only something that it
   * can do without. Asked at most once a step, and only before an event was taken.
   */
  default Optional<HttpCall> callWithout(UpstreamException rejection) {
    return Optional.empty();
  }

  /**
   * Takes the next event of the answer, and gives what there is to show to {@code out}.
   *
   * @return whether the terminal event of the step was seen
   * @throws UpstreamException for an error in the stream, or an event against the rules
   */
  boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException;

  /**
   * The stream of the step has ended, with a terminal event or cleanly without one.
   *
   * @throws UpstreamException when the answer is not whole
   */
  StepEnd end(Consumer<AgentEvent> out) throws UpstreamException;

  /**
   * Where the run stands after the events that were taken, if the service keeps the answer of this
   * step: a JSON object for {@link ModelDialect#resume}, at most 60 KiB. The terminal event does
   * not count: it is taken again.
   */
  default @Nullable RawJson place() {
    return null;
  }

  /** The request that goes on with the answer of this step from there; empty if there is none. */
  default Optional<HttpCall> rejoin() {
    return Optional.empty();
  }

  /**
   * The request that ends the service's work on the answer of this step; empty if closing the
   * connection is all that can be done, or the answer is whole.
   */
  default Optional<HttpCall> stop() {
    return Optional.empty();
  }
}
