package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.langgraph.GraphService.RunStatus;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What runs end with that have not succeeded. */
final class GraphEnds {

  /** Failures that do not say how the run ended. */
  private static final Set<ErrorCode> PASSING =
      EnumSet.of(
          ErrorCode.UPSTREAM_DISCONNECTED,
          ErrorCode.UPSTREAM_TRUNCATED,
          ErrorCode.UPSTREAM_UNREACHABLE,
          ErrorCode.UPSTREAM_ERROR,
          ErrorCode.UPSTREAM_RATE_LIMITED,
          ErrorCode.UPSTREAM_TIMEOUT,
          ErrorCode.OVERLOADED);

  private GraphEnds() {}

  /** Whether a failure says nothing about the run. */
  static boolean isPassing(ErrorCode code) {
    return PASSING.contains(code);
  }

  /** The failure of a call. */
  static UpstreamException cause(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof UpstreamException known) {
        return known;
      }
    }
    return UpstreamException.permanent(ErrorCode.AGENT_ERROR, "The agent failed.");
  }

  /** Whether the service has not begun a run, because its call has failed in this way. */
  static boolean isNeverBegun(@Nullable Throwable failure) {
    return failure != null
        && switch (cause(failure).code()) {
          case UPSTREAM_UNREACHABLE,
              UPSTREAM_REJECTED,
              UPSTREAM_AUTH,
              UPSTREAM_RATE_LIMITED,
              OVERLOADED ->
              true;
          default -> false;
        };
  }

  /** The end of a run that the service has not begun. */
  static AgentEvent.Failed refused(UpstreamException failure, String assistant) {
    if (failure.rejects("already running a task")) {
      return new AgentEvent.Failed(
          ErrorCode.UPSTREAM_RATE_LIMITED, "The thread is busy at the service.", true);
    }
    if (failure.rejects("ssistant")) {
      return new AgentEvent.Failed(
          ErrorCode.UPSTREAM_REJECTED,
          "The service does not know the assistant " + assistant + '.',
          false);
    }
    return failure.toEvent();
  }

  /** The end of a run whose record says that it has ended without success. */
  static AgentEvent.Failed of(RunStatus status) {
    return switch (status) {
      case ERROR ->
          new AgentEvent.Failed(ErrorCode.UPSTREAM_ERROR, "The run failed at the service.", false);
      case TIMEOUT ->
          new AgentEvent.Failed(
              ErrorCode.UPSTREAM_TIMEOUT, "The service ended the run for its time.", false);
      case INTERRUPTED ->
          new AgentEvent.Failed(
              ErrorCode.UPSTREAM_ERROR, "The run was stopped at the service.", true);
      case UNKNOWN -> truncated("The service does not know the run any more.");
      case SUCCESS, OPEN -> throw new IllegalArgumentException("status: " + status);
    };
  }

  static AgentEvent.Failed truncated(String message) {
    return new AgentEvent.Failed(ErrorCode.UPSTREAM_TRUNCATED, message, false);
  }

  static AgentEvent.Failed disconnected(String message) {
    return new AgentEvent.Failed(ErrorCode.UPSTREAM_DISCONNECTED, message, false);
  }
}
