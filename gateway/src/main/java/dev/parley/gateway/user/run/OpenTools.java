package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The tools of a run that have begun and not ended. Used at the user's home only. */
final class OpenTools {

  static final int MAX_OPEN = 128;
  private static final int MAX_WORDS = 2000;

  private record Tool(String name, long sinceNanos, @Nullable Subagent subagent) {}

  private final Map<String, Tool> byCall = new LinkedHashMap<>();

  boolean isEmpty() {
    return byCall.isEmpty();
  }

  boolean isFull() {
    return byCall.size() == MAX_OPEN;
  }

  boolean contains(String call) {
    return byCall.containsKey(call);
  }

  /** Begins the tool of this call; false if it has begun before. */
  boolean begin(String call, String name, @Nullable Subagent subagent, long nowNanos) {
    return byCall.putIfAbsent(call, new Tool(name, nowNanos, subagent)) == null;
  }

  /** The tool of this call has ended. */
  void remove(String call) {
    byCall.remove(call);
  }

  /** Ends an open tool as the agent said, but with this result. */
  ServerEvent end(
      String call,
      AgentEvent.ToolEnded said,
      @Nullable RawJson result,
      boolean truncated,
      long nowNanos) {
    Tool tool = byCall.remove(call);
    if (tool == null) {
      throw new IllegalStateException("tool: not open (expected: open)");
    }
    String error = said.error() == null ? null : TextFlow.clean(said.error(), MAX_WORDS);
    return completed(call, tool, said.status(), new Ending(result, error, truncated), nowNanos);
  }

  /** Ends all open tools, of which the agent did not say how they ended. */
  List<ServerEvent> endAll(ToolStatus status, long nowNanos) {
    List<ServerEvent> ends = new ArrayList<>(byCall.size());
    Ending nothing = new Ending(null, null, false);
    byCall.forEach((call, tool) -> ends.add(completed(call, tool, status, nothing, nowNanos)));
    byCall.clear();
    return ends;
  }

  private record Ending(@Nullable RawJson result, @Nullable String error, boolean truncated) {}

  private static ServerEvent completed(
      String call, Tool tool, ToolStatus status, Ending ending, long nowNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(Math.max(0, nowNanos - tool.sinceNanos()));
    return new ServerEvent.ToolCompleted(
        call,
        tool.name(),
        status,
        ending.result(),
        ending.error(),
        ending.truncated(),
        millis,
        tool.subagent());
  }
}
