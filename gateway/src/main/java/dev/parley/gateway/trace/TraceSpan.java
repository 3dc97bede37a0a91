package dev.parley.gateway.trace;

import org.jspecify.annotations.Nullable;

/**
 * One span, from its beginning to {@link #end}. Attributes are ids, names, codes and numbers, never
 * what people or agents say. Callable from any thread; blocks none. What comes after the end is
 * ignored.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/trace/api/">OpenTelemetry, Tracing API</a>
 */
public interface TraceSpan {

  /** No span: what it is told is ignored. */
  TraceSpan NONE =
      new TraceSpan() {
        @Override
        public void set(String key, String value) {}

        @Override
        public void set(String key, long value) {}

        @Override
        public void fail(String code) {}

        @Override
        public void end() {}

        @Override
        public @Nullable String traceparentOr(@Nullable String outer) {
          return outer;
        }
      };

  /** Sets an attribute; {@link TraceKeys} has the keys. */
  void set(String key, String value);

  /** Sets an attribute that is a number. */
  void set(String key, long value);

  /** What the span stands for failed, for the reason with this code. The first reason counts. */
  void fail(String code);

  /** Ends the span. */
  void end();

  /**
   * The trace context of this span (W3C Trace Context, {@code traceparent}).
   *
   * @param outer the answer where this is no span
   */
  @Nullable String traceparentOr(@Nullable String outer);
}
