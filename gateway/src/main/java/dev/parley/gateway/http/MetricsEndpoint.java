package dev.parley.gateway.http;

import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.monitor.Scrape;
import dev.parley.gateway.monitor.Scrape.Format;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * {@code GET /metrics}: all metrics as text, for Prometheus (operations, "Metrics"). Needs the
 * scope {@code operator}, but on a loopback listener of operators; answers while the gateway drains
 * too.
 */
public final class MetricsEndpoint extends OperatorEndpoint {

  private static final Call CALL = call().needs(Scope.OPERATOR);
  private static final Call OPEN_CALL = call().needs(Scope.OPERATOR).orNothing();

  private static final UserId MACHINE = new UserId("default", "this machine");

  private static Call call() {
    return Call.get("getMetrics", "All metrics, for Prometheus.")
        .answersText(200, "Metrics in the format that Accept asks for.", "text/plain")
        .answersText(200, "", "application/openmetrics-text")
        .refuses(ErrorCode.QUOTA_EXCEEDED);
  }

  private static final int MAX_PER_USER = 4;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ConcurrencyLimit ofUsers = new ConcurrencyLimit("scrapes", MAX_PER_USER);
  private final ConcurrencyLimit ofMachine = new ConcurrencyLimit("scrapes", MAX_PER_USER);
  private final Scrape scrape;
  private final boolean isOpenToMachine;

  /**
   * Answers with this scrape.
   *
   * @param isOpenToMachine whether programs of this machine need no token
   */
  public MetricsEndpoint(OperatorAccess access, Scrape scrape, boolean isOpenToMachine) {
    super("/metrics", access, isOpenToMachine ? OPEN_CALL : CALL);
    this.scrape = scrape;
    this.isOpenToMachine = isOpenToMachine;
  }

  @Override
  public boolean isAlwaysOpen() {
    return true;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    boolean hasToken = request.headers().contains(HttpHeaderNames.AUTHORIZATION);
    ConcurrencyLimit scrapes = isOpenToMachine && !hasToken ? ofMachine : ofUsers;
    UserId caller = scrapes == ofMachine ? machine(request) : user(request);
    var ignored = request.query(CALL);
    Format format =
        Format.accepted(String.join(",", request.headers().getAll(HttpHeaderNames.ACCEPT)));
    return scrapes.run(
        caller,
        () ->
            scrape
                .text(format)
                .thenApply(text -> response(format, text))
                .exceptionally(MetricsEndpoint::busy));
  }

  private static UserId machine(Request request) {
    Loopback.require(request);
    return MACHINE;
  }

  private UserId user(Request request) {
    return access.require(request, OperatorAction.READ_METRICS, Scope.OPERATOR).user();
  }

  private static Response response(Format format, byte[] text) {
    return Response.of(200, format.contentType(), text)
        .with(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .with(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT.toString());
  }

  /** The answer if too many callers wait for the thread of scrapes. */
  static Response busy(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RejectedExecutionException) {
      return Response.of(
          Refusal.temporary(ErrorCode.OVERLOADED, "Too many scrapes are waiting.", RETRY_AFTER));
    }
    throw failure instanceof CompletionException wrapped
        ? wrapped
        : new CompletionException(failure);
  }
}
