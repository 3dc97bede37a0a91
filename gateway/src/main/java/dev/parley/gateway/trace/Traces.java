package dev.parley.gateway.trace;

import org.jspecify.annotations.Nullable;

/**
 * Begins spans and sends them where the operator wants them. Callable from any thread; blocks none,
 * but for {@link #close}.
 */
public interface Traces extends AutoCloseable {

  /** Traces are not wanted: there are no spans. */
  Traces OFF =
      new Traces() {
        private final ToolSpans tools = new ToolSpans();

        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public TraceSpan child(
            SpanRole role, String name, @Nullable String parent, long sinceNanos) {
          return TraceSpan.NONE;
        }

        @Override
        public TraceSpan linked(SpanRole role, String name, @Nullable String origin) {
          return TraceSpan.NONE;
        }

        @Override
        public ToolSpans tools() {
          return tools;
        }

        @Override
        public void close() {}
      };

  /** Whether spans are wanted; if not, nothing else needs to be called. */
  boolean isOn();

  /**
   * Begins a span.
   *
   * @param parent the {@code traceparent} of the span that caused it; null begins a trace
   * @param sinceNanos how long ago it began
   */
  TraceSpan child(SpanRole role, String name, @Nullable String parent, long sinceNanos);

  /**
   * Begins a span in a trace of its own, linked to what caused it some time ago.
   *
   * @param origin the {@code traceparent} of the cause, whose sampled flag counts; null for none
   */
  TraceSpan linked(SpanRole role, String name, @Nullable String origin);

  /** The spans of open tools. */
  ToolSpans tools();

  /** Sends the spans that have ended, for at most a few seconds. Not called on a loop. */
  @Override
  void close();
}
