package dev.parley.gateway.tests.support;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A receiver of traces on 127.0.0.1 that understands what it gets: OTLP over HTTP, in protobuf
 * (OpenTelemetry Protocol, section "OTLP/HTTP").
 */
public final class TraceReceiver implements AutoCloseable {

  private static final String PATH = "/v1/traces";
  private static final int OK = 200;

  /** How a receiver answers a request that it has read. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** One span, as it came. */
  public record SeenSpan(Span span, Map<String, String> resource) {

    public String name() {
      return span.getName();
    }

    public String trace() {
      return hex(span.getTraceId());
    }

    public String id() {
      return hex(span.getSpanId());
    }

    /** Empty for the first span of a trace. */
    public String parent() {
      return hex(span.getParentSpanId());
    }

    /** The spans that it is linked to, each as trace and span. */
    public List<String> links() {
      return span.getLinksList().stream()
          .map(link -> hex(link.getTraceId()) + "-" + hex(link.getSpanId()))
          .toList();
    }

    /** Its {@code traceparent}. */
    public String traceparent() {
      return "00-" + trace() + "-" + id() + "-01";
    }

    public Map<String, String> attributes() {
      return texts(span.getAttributesList());
    }

    /** An attribute; empty if it has none. */
    public String attribute(String key) {
      return attributes().getOrDefault(key, "");
    }

    public boolean hasFailed() {
      return span.getStatus().getCodeValue() == 2;
    }

    public long begin() {
      return span.getStartTimeUnixNano();
    }

    public long end() {
      return span.getEndTimeUnixNano();
    }

    private static String hex(ByteString bytes) {
      return HexFormat.of().formatHex(bytes.toByteArray());
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Behaviour behaviour;
  private final List<SeenSpan> spans = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> requests = new CopyOnWriteArrayList<>();

  private TraceReceiver(Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  /** A receiver that takes everything. */
  public static TraceReceiver start() {
    return answering(exchange -> exchange.sendResponseHeaders(OK, -1));
  }

  /** A receiver that reads everything and answers so. */
  public static TraceReceiver answering(Behaviour behaviour) {
    return new TraceReceiver(behaviour);
  }

  /** The value of {@code trace.url}. */
  public String url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort()).toString();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!exchange.getRequestURI().getPath().endsWith(PATH)) {
        throw new AssertionError(exchange.getRequestURI() + " (expected: …" + PATH + ")");
      }
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
      request.getResourceSpansList().forEach(this::take);
      requests.add(Map.copyOf(exchange.getRequestHeaders()));
      behaviour.answer(exchange);
    }
  }

  private void take(ResourceSpans group) {
    Map<String, String> resource = texts(group.getResource().getAttributesList());
    List<SeenSpan> seen = new ArrayList<>();
    for (ScopeSpans scope : group.getScopeSpansList()) {
      scope.getSpansList().forEach(span -> seen.add(new SeenSpan(span, resource)));
    }
    spans.addAll(seen);
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, each -> text(each.getValue())));
  }

  private static String text(AnyValue value) {
    return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
  }

  /** All spans so far. */
  public List<SeenSpan> spans() {
    return List.copyOf(spans);
  }

  /** The spans of this name so far. */
  public List<SeenSpan> named(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  /** Waits for a span like this. */
  public SeenSpan await(String name, Predicate<SeenSpan> wanted) {
    Bounds.await("span " + name).until(() -> named(name).stream().anyMatch(wanted));
    return named(name).stream().filter(wanted).findFirst().orElseThrow();
  }

  /** The headers of the requests so far. */
  public List<Map<String, List<String>>> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
