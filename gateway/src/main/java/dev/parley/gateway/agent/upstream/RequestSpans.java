package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.trace.SpanRole;
import dev.parley.gateway.trace.TraceKeys;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.trace.Traces;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.Locale;

/**
 * The spans of the requests to one service. The path of a request is not told: it may have content
 * of the run. Callable from any thread.
 *
 * @param service the name of the agent or the tool
 */
record RequestSpans(Traces traces, String service) {

  private static final String TRACEPARENT = "traceparent";
  private static final int CLIENT_ERROR = 400;

  /** Begins the span of a request, which hands its trace context on to the service. */
  TraceSpan begin(FullHttpRequest request, URI target) {
    if (!traces.isOn()) {
      return TraceSpan.NONE;
    }
    HttpHeaders headers = request.headers();
    TraceSpan span = traces.child(SpanRole.CLIENT, "agent request", headers.get(TRACEPARENT), 0);
    span.set(TraceKeys.METHOD, request.method().name());
    span.set(TraceKeys.HOST, ServiceUrl.host(target).toLowerCase(Locale.ROOT));
    span.set(TraceKeys.PORT, ServiceUrl.port(target));
    span.set(TraceKeys.SCHEME, ServiceUrl.isSecure(target) ? "https" : "http");
    span.set(TraceKeys.SERVICE, service);
    String own = span.traceparentOr(null);
    if (own != null) {
      headers.set(TRACEPARENT, own);
    }
    return span;
  }

  /** The head of the answer has come. */
  static void answered(TraceSpan span, int status) {
    span.set(TraceKeys.STATUS, status);
    if (status >= CLIENT_ERROR) {
      span.fail(Integer.toString(status));
    }
  }
}
