package dev.parley.gateway.trace.otlp;

import dev.parley.gateway.trace.otlp.SpanCount.Outcome;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the receiver takes, and warns once a minute while it takes nothing. Nothing that it
 * answers is logged but its status: an answer may repeat the headers of a request. Called by the
 * thread of the batches; told of the results on any thread.
 */
final class CountedExporter implements SpanExporter {

  private static final Logger LOG = LoggerFactory.getLogger(CountedExporter.class);
  private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

  private final SpanExporter exporter;
  private final SpanCount count;
  private final Consumer<Collection<SpanData>> onTaken;
  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

  /** Tells {@code onTaken} of each batch before it is sent. */
  CountedExporter(SpanExporter exporter, SpanCount count, Consumer<Collection<SpanData>> onTaken) {
    this.exporter = exporter;
    this.count = count;
    this.onTaken = onTaken;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    onTaken.accept(spans);
    int size = spans.size();
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(
        () -> {
          count.add(result.isSuccess() ? Outcome.SENT : Outcome.FAILED, size);
          if (!result.isSuccess()) {
            warn(size, result.getFailureThrowable());
          }
        });
  }

  private void warn(int spans, @Nullable Throwable failure) {
    long now = System.nanoTime();
    long next = nextWarning.get();
    if (now - next >= 0 && nextWarning.compareAndSet(next, now + BETWEEN_WARNINGS)) {
      LOG.warn("{} spans of traces are lost: {}", spans, reason(failure));
    }
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure instanceof HttpExportException answered && answered.getResponse() != null) {
      return "the receiver answered with status " + answered.getResponse().getStatusCode();
    }
    Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
    return "the receiver cannot be asked"
        + (cause == null ? "" : ": " + cause.getClass().getSimpleName());
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
