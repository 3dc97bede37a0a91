package dev.parley.gateway.trace.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/** A trace that is linked to another one is sampled if that one is. */
final class OriginSampler implements Sampler {

  private final Sampler others;

  /** Asks the other sampler about spans without a link. */
  OriginSampler(Sampler others) {
    this.others = others;
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String trace,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    if (links.isEmpty() || Span.fromContext(parent).getSpanContext().isValid()) {
      return others.shouldSample(parent, trace, name, kind, attributes, links);
    }
    return links.get(0).getSpanContext().isSampled()
        ? SamplingResult.recordAndSample()
        : SamplingResult.drop();
  }

  @Override
  public String getDescription() {
    return "OriginSampler{" + others.getDescription() + "}";
  }
}
