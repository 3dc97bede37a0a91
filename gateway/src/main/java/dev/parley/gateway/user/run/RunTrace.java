package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ToolStatus;
import dev.parley.gateway.trace.SpanRole;
import dev.parley.gateway.trace.TraceKeys;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.trace.Traces;
import dev.parley.gateway.user.home.UserTier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one run: its own, from its {@code agent_started} to its end, and those of its tools.
 * Used at the user's home only.
 */
public final class RunTrace {

  private final Run.RunIdentity run;
  private final UserTier tier;
  private final Traces traces;
  private final Set<String> openTools = new LinkedHashSet<>(0);
  private TraceSpan span = TraceSpan.NONE;

  RunTrace(Run.RunIdentity run, UserTier tier, Traces traces) {
    this.run = run;
    this.tier = tier;
    this.traces = traces;
  }

  /** The run begins at once for a command with this {@code traceparent}. */
  public void begin(@Nullable String parent) {
    if (traces.isOn()) {
      begin(traces.child(SpanRole.INTERNAL, "run", parent, 0));
    }
  }

  /** The run begins, or goes on, some time after its command with this {@code traceparent}. */
  void beginLater(@Nullable String origin) {
    if (traces.isOn()) {
      begin(traces.linked(SpanRole.INTERNAL, "run", origin));
    }
  }

  private void begin(TraceSpan begun) {
    span = begun;
    span.set(TraceKeys.OPERATION, "invoke_agent");
    span.set(TraceKeys.AGENT, run.agent().value());
    span.set(TraceKeys.RUN, run.id().value());
    span.set(TraceKeys.THREAD, run.thread().id().value());
    span.set(TraceKeys.TIER, tier.tier().name());
  }

  /** The request that the agent is given, whose own spans are children of the run. */
  AgentRequest traced(AgentRequest request) {
    if (!traces.isOn()) {
      return request;
    }
    span.set(TraceKeys.CONVERSATION, request.conversation().value());
    return request.within(span.traceparentOr(request.traceparent()));
  }

  /** These events are appended. */
  void append(List<ServerEvent> events) {
    if (!traces.isOn()) {
      return;
    }
    for (ServerEvent event : events) {
      if (event instanceof ServerEvent.ToolExecuting tool) {
        begin(tool);
      } else if (event instanceof ServerEvent.ToolCompleted tool) {
        end(tool);
      } else if (event instanceof ServerEvent.AgentFailed failed) {
        span.fail(failed.code().wire());
      }
    }
  }

  private void begin(ServerEvent.ToolExecuting tool) {
    TraceSpan begun =
        traces.child(SpanRole.INTERNAL, "tool " + tool.tool(), span.traceparentOr(null), 0);
    begun.set(TraceKeys.OPERATION, "execute_tool");
    begun.set(TraceKeys.TOOL, tool.tool());
    begun.set(TraceKeys.TOOL_CALL, tool.toolCall());
    begun.set(TraceKeys.RUN, run.id().value());
    openTools.add(tool.toolCall());
    traces.tools().begun(run.id().value(), tool.toolCall(), begun);
  }

  private void end(ServerEvent.ToolCompleted tool) {
    openTools.remove(tool.toolCall());
    TraceSpan ended = traces.tools().take(run.id().value(), tool.toolCall());
    ended.set(TraceKeys.STATE, tool.status().wire());
    if (tool.status() == ToolStatus.ERROR) {
      ended.fail("tool_error");
    }
    ended.end();
  }

  /** The run is over, in this state. */
  void end(String state) {
    if (!traces.isOn()) {
      return;
    }
    for (String call : openTools) {
      traces.tools().take(run.id().value(), call).end();
    }
    openTools.clear();
    span.set(TraceKeys.STATE, state);
    span.end();
  }
}
