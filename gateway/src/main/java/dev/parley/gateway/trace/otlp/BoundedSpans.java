package dev.parley.gateway.trace.otlp;

import dev.parley.gateway.trace.otlp.SpanCount.Outcome;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The spans that have ended and wait for their receiver. Called on any thread; blocks none. The
 * thread of the batches takes them out.
 */
final class BoundedSpans implements SpanProcessor {

  /** As many spans wait at most. */
  static final int MAX_WAITING = 8192;

  private static final int BATCH = 512;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final AtomicInteger waiting = new AtomicInteger();
  private final SpanProcessor batches;
  private final SpanCount count;

  private BoundedSpans(SpanExporter exporter, SpanCount count) {
    this.count = count;
    this.batches =
        BatchSpanProcessor.builder(new CountedExporter(exporter, count, this::taken))
            .setMaxQueueSize(MAX_WAITING + BATCH)
            .setMaxExportBatchSize(BATCH)
            .setScheduleDelay(PAUSE)
            .setExporterTimeout(TIMEOUT)
            .build();
  }

  static BoundedSpans to(SpanExporter exporter, SpanCount count) {
    return new BoundedSpans(exporter, count);
  }

  private void taken(Collection<SpanData> batch) {
    waiting.addAndGet(-batch.size());
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      count.add(Outcome.DROPPED, 1);
      return;
    }
    batches.onEnd(span);
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode shutdown() {
    return batches.shutdown();
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batches.forceFlush();
  }
}
