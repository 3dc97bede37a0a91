package dev.parley.gateway.http;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request that is not a WebSocket handshake, by its path. One instance serves all
 * connections and holds no state of a connection.
 */
@Sharable
public final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);
  private static final Optional<Refusal> NO_STREAM =
      Optional.of(Refusal.of(ErrorCode.NOT_FOUND, "stream: expected server.port"));

  private final Supplier<EndpointIndex> endpoints;
  private final TokenCheck tokens;
  private final Phases phases;
  private final Clock clock;
  private final EventStreamOpener streams;
  private final Metrics metrics;
  private final Consumer<HttpHeaders> gate;

  /**
   * Serves the current endpoints; most of them only in the phase {@code ready}.
   *
   * @param endpoints the current endpoints; called for each request
   * @param tokens verifies the token of a request before its endpoint is called
   * @param metrics counts answers, and their bytes that a socket does not take at once
   */
  public HttpHandler(
      Supplier<EndpointIndex> endpoints,
      TokenCheck tokens,
      Phases phases,
      Clock clock,
      EventStreamOpener streams,
      Metrics metrics) {
    this(endpoints, tokens, phases, clock, streams, metrics, headers -> {});
  }

  /** The same for operators: no page of another origin may call, and nothing is a stream. */
  public static HttpHandler forOperators(
      Supplier<EndpointIndex> endpoints,
      TokenCheck tokens,
      Phases phases,
      Clock clock,
      Metrics metrics,
      boolean isLoopback) {
    OpsGate gate = new OpsGate(isLoopback);
    return new HttpHandler(
        endpoints, tokens, phases, clock, (ctx, user, from) -> NO_STREAM, metrics, gate::check);
  }

  private HttpHandler(
      Supplier<EndpointIndex> endpoints,
      TokenCheck tokens,
      Phases phases,
      Clock clock,
      EventStreamOpener streams,
      Metrics metrics,
      Consumer<HttpHeaders> gate) {
    super(FullHttpRequest.class);
    this.endpoints = endpoints;
    this.tokens = tokens;
    this.phases = phases;
    this.clock = clock;
    this.streams = streams;
    this.metrics = metrics;
    this.gate = gate;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
    AnswerContext context = AnswerContext.of(ctx, http);
    CompletableFuture<Response> answer = answer(ctx, http).toCompletableFuture();
    if (answer.isDone()) {
      write(context, answer.exceptionally(fault -> fault(context, fault)).join());
    } else {
      answer
          .exceptionally(fault -> fault(context, fault))
          .thenAcceptAsync(response -> write(context, response), ctx.executor());
    }
  }

  private CompletionStage<Response> answer(ChannelHandlerContext ctx, FullHttpRequest http) {
    try {
      gate.accept(http.headers());
      Optional<Refusal> notReady = notReady(); // first: later there are more endpoints
      Optional<PathMatch> found = endpoints.get().find(Request.path(http));
      Optional<Response> refusal = refusal(http, found, notReady);
      return refusal.isPresent()
          ? CompletableFuture.completedStage(refusal.get())
          : answer(ctx, http, found.get());
    } catch (RuntimeException fault) {
      return CompletableFuture.failedStage(fault);
    }
  }

  private CompletionStage<Response> answer(
      ChannelHandlerContext ctx, FullHttpRequest http, PathMatch found) {
    Endpoint endpoint = found.endpoint();
    CompletableFuture<Verified> bearer = tokens.check(ctx.channel(), http.headers(), endpoint);
    if (bearer.isDone()) {
      return endpoint.answer(request(ctx, http, found, bearer.join()));
    }
    FullHttpRequest kept = http.retain();
    CompletableFuture<CompletionStage<Response>> called =
        bearer.thenApplyAsync(
            verified ->
                ctx.channel().isActive()
                    ? endpoint.answer(request(ctx, kept, found, verified))
                    : new CompletableFuture<>(), // nobody is there to get an answer
            ctx.executor());
    var ignored = called.whenComplete((answer, fault) -> kept.release());
    return called.thenCompose(answer -> answer);
  }

  /**
   * Answers a request with a body if its head is reason enough to refuse it. Called on the
   * connection's event loop, before any of the body is kept; the stage completes there too.
   */
  public CompletionStage<Optional<FullHttpResponse>> answerHead(
      ChannelHandlerContext ctx, HttpRequest head) {
    FullHttpRequest http =
        new DefaultFullHttpRequest(
            head.protocolVersion(),
            head.method(),
            head.uri(),
            Unpooled.EMPTY_BUFFER,
            head.headers(),
            EmptyHttpHeaders.INSTANCE);
    AnswerContext context = AnswerContext.of(ctx, http);
    try {
      gate.accept(head.headers());
      Optional<Refusal> notReady = notReady();
      Optional<PathMatch> found = endpoints.get().find(context.path());
      Optional<Response> refusal =
          refusal(http, found, notReady).or(() -> refusalOfCoding(http.headers()));
      return refusal.isPresent()
          ? CompletableFuture.completedStage(Optional.of(message(context, refusal.get())))
          : checkHead(context, http, found.get());
    } catch (RuntimeException fault) {
      return CompletableFuture.completedStage(Optional.of(message(context, fault(context, fault))));
    }
  }

  private CompletionStage<Optional<FullHttpResponse>> checkHead(
      AnswerContext context, FullHttpRequest head, PathMatch found) {
    ChannelHandlerContext ctx = context.ctx();
    CompletableFuture<Verified> bearer =
        tokens.check(ctx.channel(), head.headers(), found.endpoint());
    return bearer.isDone()
        ? CompletableFuture.completedStage(checkHead(context, head, found, bearer.join()))
        : bearer.thenApplyAsync(
            verified -> checkHead(context, head, found, verified), ctx.executor());
  }

  private Optional<FullHttpResponse> checkHead(
      AnswerContext context, FullHttpRequest head, PathMatch found, Verified bearer) {
    try {
      found.endpoint().checkHead(request(context.ctx(), head, found, bearer));
      return Optional.empty();
    } catch (RuntimeException fault) {
      return Optional.of(message(context, fault(context, fault)));
    }
  }

  private static Request request(
      ChannelHandlerContext ctx, FullHttpRequest http, PathMatch found, Verified bearer) {
    return new Request(
        http,
        ctx.channel().remoteAddress(),
        ctx.executor(),
        found.parameters(),
        bearer,
        principal -> ctx.pipeline().fireUserEventTriggered(principal));
  }

  /** The answer that needs no endpoint; nothing if the endpoint must answer. */
  private static Optional<Response> refusal(
      HttpRequest http, Optional<PathMatch> found, Optional<Refusal> notReady) {
    if (found.isEmpty()) {
      return Optional.of(notReady.map(Response::of).orElseGet(() -> unknown(Request.path(http))));
    }
    Endpoint endpoint = found.get().endpoint();
    Optional<Refusal> closed = endpoint.isAlwaysOpen() ? Optional.empty() : notReady;
    return closed.map(Response::of).or(() -> refusal(http.method(), endpoint));
  }

  private static Optional<Response> refusal(HttpMethod method, Endpoint endpoint) {
    boolean head = method.equals(HttpMethod.HEAD) && endpoint.methods().contains(HttpMethod.GET);
    if (head || endpoint.methods().contains(method)) {
      return Optional.empty();
    }
    String allowed = allowed(endpoint);
    Response response =
        method.equals(HttpMethod.OPTIONS) ? Response.of(204) : notAllowed(method, allowed);
    return Optional.of(response.with(HttpHeaderNames.ALLOW, allowed));
  }

  /** No body is decompressed (RFC 9110, section 15.5.16). */
  private static Optional<Response> refusalOfCoding(HttpHeaders headers) {
    for (String coding : headers.getAll(HttpHeaderNames.CONTENT_ENCODING)) {
      if (!coding.equalsIgnoreCase("identity")) {
        String detail = Texts.expected("Content-Encoding", coding, "identity, or none");
        Refusal refusal = Refusal.of(ErrorCode.INVALID_ARGUMENT, detail);
        Response response = Response.of(refusal.as(HttpStatus.UNSUPPORTED_MEDIA_TYPE));
        return Optional.of(response.with(HttpHeaderNames.ACCEPT_ENCODING, "identity"));
      }
    }
    return Optional.empty();
  }

  private static Response notAllowed(HttpMethod method, String allowed) {
    String detail = Texts.expected("method", method.name(), "one of " + allowed);
    Refusal refusal = Refusal.of(ErrorCode.INVALID_ARGUMENT, detail);
    return Response.of(refusal.as(HttpStatus.METHOD_NOT_ALLOWED));
  }

  private static Response fault(AnswerContext context, Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    if (cause instanceof RefusedException refused) {
      return Response.of(refused.refusal());
    }
    LOG.error("http: {} failed", Texts.cut(context.path()), cause);
    return Response.of(Refusal.of(ErrorCode.INTERNAL, "Internal error."));
  }

  private static String allowed(Endpoint endpoint) {
    String names =
        endpoint.methods().stream().map(HttpMethod::name).sorted().collect(joining(", "));
    return endpoint.methods().contains(HttpMethod.GET)
        ? names + ", HEAD, OPTIONS"
        : names + ", OPTIONS";
  }

  private static Response unknown(String path) {
    String detail = Texts.expected("path", path, "a path of this gateway");
    return Response.of(Refusal.of(ErrorCode.NOT_FOUND, detail));
  }

  /** The refusal of all work while the gateway starts or drains. Callable from any thread. */
  public Optional<Refusal> notReady() {
    if (phases.isReady()) {
      return Optional.empty();
    }
    return Optional.of(
        phases.isDraining()
            ? Refusal.temporary(
                ErrorCode.DRAINING, "The gateway is shutting down.", Duration.ofSeconds(5))
            : Refusal.temporary(
                ErrorCode.OVERLOADED, "The gateway is starting: /readyz.", Duration.ofSeconds(1)));
  }

  /** The properties of a request that its answer needs. The request itself may be released. */
  private record AnswerContext(
      ChannelHandlerContext ctx,
      String path,
      HttpVersion version,
      boolean keepAlive,
      boolean head) {

    static AnswerContext of(ChannelHandlerContext ctx, FullHttpRequest http) {
      return new AnswerContext(
          ctx,
          Request.path(http),
          http.protocolVersion(),
          HttpUtil.isKeepAlive(http),
          http.method().equals(HttpMethod.HEAD));
    }
  }

  private void write(AnswerContext context, Response response) {
    Response.EventStream stream = response.stream();
    if (stream == null) {
      writeWhole(context, response);
    } else {
      streams
          .open(context.ctx(), stream.principal(), stream.position())
          .ifPresent(refusal -> writeWhole(context, Response.of(refusal)));
    }
  }

  /** Bytes that the socket takes at once are not counted. */
  private void count(int bytes, ChannelFuture written) {
    if (!written.isDone()) {
      metrics.outbound().add(bytes);
      written.addListener(taken -> metrics.outbound().add(-bytes));
    }
  }

  private void writeWhole(AnswerContext context, Response response) {
    FullHttpResponse message = message(context, response);
    boolean isKept = HttpUtil.isKeepAlive(message);
    ChannelFuture written = context.ctx().writeAndFlush(message);
    response.sent(written);
    if (!response.isCounted()) {
      count(context.head() ? 0 : response.length(), written);
    }
    written.addListener(
        isKept ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse message(AnswerContext context, Response response) {
    metrics.httpAnswered(response.status().code());
    ByteBuf content = context.head() ? Unpooled.EMPTY_BUFFER : response.content();
    FullHttpResponse message =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), content);
    HttpHeaders headers = message.headers();
    headers.add(response.headers());
    headers.set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(clock.instant())));
    headers.set("x-content-type-options", "nosniff");
    if (hasLength(response.status())) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.length());
    }
    // Every answer is HTTP/1.1. A client of HTTP/1.0 keeps the socket only if the header says so.
    boolean isKept = context.keepAlive() && !phases.isDraining();
    boolean isNamed = isKept && !context.version().isKeepAliveDefault();
    HttpUtil.setKeepAlive(headers, isNamed ? context.version() : HttpVersion.HTTP_1_1, isKept);
    return message;
  }

  /** RFC 9110, section 8.6. */
  private static boolean hasLength(HttpResponseStatus status) {
    return !status.equals(HttpResponseStatus.NOT_MODIFIED)
        && !status.equals(HttpResponseStatus.NO_CONTENT);
  }
}
