package dev.parley.gateway.trace;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the tools that are open now, so that the requests of a tool become their children.
 * Callable from any thread.
 */
public final class ToolSpans {

  private record ToolCallKey(String run, String call) {}

  private final Map<ToolCallKey, TraceSpan> open = new ConcurrentHashMap<>();

  /** The tool of this call has begun. */
  public void begun(String run, String call, TraceSpan span) {
    open.put(new ToolCallKey(run, call), span);
  }

  /** Takes out the span of this call; {@link TraceSpan#NONE} if it has none. */
  public TraceSpan take(String run, String call) {
    TraceSpan span = open.remove(new ToolCallKey(run, call));
    return span == null ? TraceSpan.NONE : span;
  }

  /** The trace context of the span of this call; {@code outer} if it has none. */
  public @Nullable String traceparentOr(String run, String call, @Nullable String outer) {
    TraceSpan span = open.get(new ToolCallKey(run, call));
    return span == null ? outer : span.traceparentOr(outer);
  }
}
