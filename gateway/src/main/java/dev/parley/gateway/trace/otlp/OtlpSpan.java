package dev.parley.gateway.trace.otlp;

import dev.parley.gateway.trace.TraceKeys;
import dev.parley.gateway.trace.TraceSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A span of OpenTelemetry, sampled or not. */
final class OtlpSpan implements TraceSpan {

  private final Span span;
  private final AtomicBoolean hasFailed = new AtomicBoolean();

  OtlpSpan(Span span) {
    this.span = span;
  }

  @Override
  public void set(String key, String value) {
    span.setAttribute(key, value);
  }

  @Override
  public void set(String key, long value) {
    span.setAttribute(key, value);
  }

  @Override
  public void fail(String code) {
    if (hasFailed.compareAndSet(false, true)) {
      span.setAttribute(TraceKeys.ERROR, code);
      span.setStatus(StatusCode.ERROR);
    }
  }

  @Override
  public void end() {
    span.end();
  }

  @Override
  public String traceparentOr(@Nullable String outer) {
    return Traceparent.write(span.getSpanContext());
  }
}
