package dev.parley.gateway.trace.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.trace.SpanRole;
import dev.parley.gateway.trace.TraceConfig;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.trace.otlp.SpanCount.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class OtlpTracesTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SAMPLED = "00-" + TRACE + "-00f067aa0ba902b7-01";
  private static final String UNSAMPLED = "00-" + TRACE + "-00f067aa0ba902b7-00";

  /** Nothing listens there; no span of these tests ends. */
  private static OtlpTraces traces(String sample) {
    URI nowhere = URI.create("http://127.0.0.1:1");
    TraceConfig config =
        Settings.read(
            TraceConfig::read,
            Map.of("trace.url", nowhere.toString(), "trace.sample", sample),
            new Problems());
    return OtlpTraces.start(nowhere, config, "1", (outcome, spans) -> {});
  }

  private static String traceparent(TraceSpan span) {
    return String.valueOf(span.traceparentOr(null));
  }

  public void aChildIsInTheTraceOfItsParentAndSampledLikeIt() {
    try (OtlpTraces traces = traces("0")) {
      String child = traceparent(traces.child(SpanRole.SERVER, "x", SAMPLED, 0));
      assertThat(child).startsWith("00-" + TRACE + "-").endsWith("-01").isNotEqualTo(SAMPLED);
    }
    try (OtlpTraces traces = traces("1")) {
      String child = traceparent(traces.child(SpanRole.SERVER, "x", UNSAMPLED, 0));
      assertThat(child).startsWith("00-" + TRACE + "-").endsWith("-00").isNotEqualTo(UNSAMPLED);
    }
  }

  public void aLinkedSpanHasATraceOfItsOwnAndIsSampledLikeItsOrigin() {
    try (OtlpTraces traces = traces("0")) {
      String linked = traceparent(traces.linked(SpanRole.INTERNAL, "x", SAMPLED));
      assertThat(linked).doesNotContain(TRACE).endsWith("-03");
    }
    try (OtlpTraces traces = traces("1")) {
      String linked = traceparent(traces.linked(SpanRole.INTERNAL, "x", UNSAMPLED));
      assertThat(linked).doesNotContain(TRACE).matches(".*-0[02]");
    }
  }

  @DataProvider
  public Object[] malformed() {
    return new Object[] {
      "",
      "00",
      "ff-" + TRACE + "-00f067aa0ba902b7-01",
      SAMPLED + "-x",
      SAMPLED.toUpperCase(Locale.ROOT),
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-" + TRACE + "-0000000000000000-01"
    };
  }

  @Test(dataProvider = "malformed")
  public void aMalformedParentBeginsATrace(String parent) {
    try (OtlpTraces traces = traces("1")) {
      assertThat(traceparent(traces.child(SpanRole.SERVER, "x", parent, 0)))
          .doesNotContain(TRACE)
          // Sampled, and by chance (W3C Trace Context Level 2, section 3.2.2.5).
          .endsWith("-03");
    }
  }

  /** A receiver that never answers. */
  private static final class Silent implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return new CompletableResultCode();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  public void asManySpansWaitAsMayAndMoreAreDropped() {
    Map<Outcome, Integer> counted = new EnumMap<>(Outcome.class);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                BoundedSpans.to(
                    new Silent(),
                    (outcome, spans) -> {
                      synchronized (counted) {
                        counted.merge(outcome, spans, Integer::sum);
                      }
                    }))
            .build();
    int many = 4 * BoundedSpans.MAX_WAITING;
    for (int i = 0; i < many; i++) {
      Span span = provider.get("x").spanBuilder("x").startSpan();
      span.end();
    }
    synchronized (counted) {
      // One batch may have left the queue: the receiver has it, and does not answer.
      assertThat(counted.getOrDefault(Outcome.DROPPED, 0))
          .isBetween(many - BoundedSpans.MAX_WAITING - 512, many - BoundedSpans.MAX_WAITING);
    }
  }
}
