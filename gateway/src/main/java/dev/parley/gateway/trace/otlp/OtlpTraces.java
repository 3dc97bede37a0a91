package dev.parley.gateway.trace.otlp;

import dev.parley.gateway.trace.SpanRole;
import dev.parley.gateway.trace.ToolSpans;
import dev.parley.gateway.trace.TraceConfig;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.trace.Traces;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Traces that go to an OTLP receiver, in batches, by a thread of their own. As many spans as {@link
 * BoundedSpans} has room for wait for it; more are dropped.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/">OTLP, section "OTLP/HTTP"</a>
 */
public final class OtlpTraces implements Traces {

  private static final String PATH = "/v1/traces";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FLUSH = Duration.ofSeconds(5);
  private static final int MAX_VALUE = 256;

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final ToolSpans tools = new ToolSpans();

  private OtlpTraces(SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider.get("dev.parley.gateway");
  }

  /**
   * Begins to send.
   *
   * @param url base address of the receiver
   * @param version of the gateway
   */
  public static OtlpTraces start(URI url, TraceConfig config, String version, SpanCount count) {
    logBySlf4j();
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint(url))
            .setTimeout(TIMEOUT)
            .setConnectTimeout(TIMEOUT);
    config
        .headers()
        .forEach(
            header ->
                exporter.addHeader(
                    header.name(), new String(header.value().bytes(), StandardCharsets.UTF_8)));
    return new OtlpTraces(
        SdkTracerProvider.builder()
            .setResource(resource(config.service(), version))
            .setSampler(
                new OriginSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.sample()))))
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(MAX_VALUE).build())
            .addSpanProcessor(BoundedSpans.to(exporter.build(), count))
            .build());
  }

  /** The library logs by {@code java.util.logging}, which would write to the terminal. */
  private static void logBySlf4j() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  private static String endpoint(URI url) {
    String base = url.toString();
    return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + PATH;
  }

  private static Resource resource(String service, String version) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.builder()
                    .put("service.name", service)
                    .put("service.version", version)
                    .put("service.instance.id", UUID.randomUUID().toString())
                    .build()));
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public TraceSpan child(SpanRole role, String name, @Nullable String parent, long sinceNanos) {
    SpanBuilder builder = builder(role, name);
    SpanContext context = Traceparent.read(parent);
    if (context.isValid()) {
      builder.setParent(Context.root().with(Span.wrap(context)));
    }
    if (sinceNanos > 0) {
      builder.setStartTimestamp(Instant.now().minusNanos(sinceNanos));
    }
    return new OtlpSpan(builder.startSpan());
  }

  @Override
  public TraceSpan linked(SpanRole role, String name, @Nullable String origin) {
    SpanBuilder builder = builder(role, name);
    SpanContext context = Traceparent.read(origin);
    if (context.isValid()) {
      builder.addLink(context);
    }
    return new OtlpSpan(builder.startSpan());
  }

  private SpanBuilder builder(SpanRole role, String name) {
    return tracer.spanBuilder(name).setSpanKind(kind(role)).setNoParent();
  }

  private static SpanKind kind(SpanRole role) {
    return switch (role) {
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
      case INTERNAL -> SpanKind.INTERNAL;
    };
  }

  @Override
  public ToolSpans tools() {
    return tools;
  }

  @Override
  public void close() {
    var ignored = provider.shutdown().join(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
  }
}
