package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.monitor.FigureHistory;
import dev.parley.gateway.monitor.HistorySpan;
import dev.parley.gateway.monitor.HistoryView;
import dev.parley.gateway.monitor.Scrape;
import dev.parley.gateway.monitor.Stage;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /v1/history}: the figures of the last hour or day (operations, "History"). Needs the
 * scope {@code operator}; answers while the gateway drains too.
 */
public final class HistoryEndpoint extends OperatorEndpoint {

  private static final Call CALL =
      Call.get("getHistory", "The figures of the last hour or day.")
          .needs(Scope.OPERATOR)
          .query("hours", "1, in steps of 5 s, or 24, in steps of 60 s; 1 if absent.")
          .answers(200, "One number for each step, the oldest first.", "http", "history")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private static final int MAX_PER_USER = 2;
  private static final double THOUSANDTHS = 1_000;

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("histories", MAX_PER_USER);
  private final FigureHistory history;
  private final Scrape scrape;
  private final Clock clock;

  /** Answers with this history, written on the thread of scrapes. */
  public HistoryEndpoint(OperatorAccess access, FigureHistory history, Scrape scrape, Clock clock) {
    super("/v1/history", access, CALL);
    this.history = history;
    this.scrape = scrape;
    this.clock = clock;
  }

  @Override
  public boolean isAlwaysOpen() {
    return true;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal operator = access.require(request, OperatorAction.READ_HISTORY, Scope.OPERATOR);
    HistorySpan span =
        request.query(CALL).optional("hours", HistoryEndpoint::span).orElse(HistorySpan.HOUR);
    return inFlight.run(
        operator.user(),
        () ->
            scrape
                .run(() -> write(history.view(span, clock.millis(), System.nanoTime())))
                .thenApply(body -> Response.json(200, body))
                .exceptionally(MetricsEndpoint::busy));
  }

  private static HistorySpan span(String hours) {
    return Arrays.stream(HistorySpan.values())
        .filter(span -> Long.toString(span.length().toHours()).equals(hours))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Texts.expected("hours", hours, "1 or 24")));
  }

  private static byte[] write(HistoryView view) {
    return JsonOut.object(
        out -> {
          JsonGenerator json = out.json();
          out.number("step_ms", view.span().step().toMillis());
          json.writeFieldName("times");
          json.writeArray(view.times(), 0, view.times().length);
          write(json, "series", view.series());
          json.writeObjectFieldStart("latencies");
          for (Map.Entry<Stage, Map<String, double[]>> each : view.latencies().entrySet()) {
            write(json, each.getKey().wire(), each.getValue());
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, Map<String, double[]> arrays)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, double[]> each : arrays.entrySet()) {
      write(json, each.getKey(), each.getValue());
    }
    json.writeEndObject();
  }

  /** Rounded to thousandths; NaN is null. */
  private static void write(JsonGenerator json, String name, double[] values) throws IOException {
    json.writeArrayFieldStart(name);
    for (double value : values) {
      if (Double.isNaN(value)) {
        json.writeNull();
      } else if (value == Math.rint(value)) {
        json.writeNumber((long) value);
      } else {
        json.writeNumber(Math.round(value * THOUSANDTHS) / THOUSANDTHS);
      }
    }
    json.writeEndArray();
  }
}
