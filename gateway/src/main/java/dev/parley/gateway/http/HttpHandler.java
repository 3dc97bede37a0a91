package dev.parley.gateway.http;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.limit.ByteAccount;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request that is no WebSocket handshake, by its path. One instance serves all
 * connections; it holds no state of theirs.
 */
@Sharable
public final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

  private final Supplier<EndpointIndex> paths;
  private final Phases phases;
  private final Clock clock;
  private final EventStreamOpener streams;
  private final ByteAccount outbound;

  /**
   * Serves the present endpoints; most of them once the phases are at {@code ready}.
   *
   * @param paths the present endpoints, asked for with each request
   * @param outbound where answers are counted that a socket does not take at once
   */
  public HttpHandler(
      Supplier<EndpointIndex> paths,
      Phases phases,
      Clock clock,
      EventStreamOpener streams,
      ByteAccount outbound) {
    super(FullHttpRequest.class);
    this.paths = paths;
    this.phases = phases;
    this.clock = clock;
    this.streams = streams;
    this.outbound = outbound;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
    Turn turn = Turn.of(ctx, http);
    CompletableFuture<Response> answer = answer(ctx, http).toCompletableFuture();
    if (answer.isDone()) {
      write(turn, answer.exceptionally(fault -> fault(turn, fault)).join());
    } else {
      answer
          .exceptionally(fault -> fault(turn, fault))
          .thenAcceptAsync(response -> write(turn, response), ctx.executor());
    }
  }

  private CompletionStage<Response> answer(ChannelHandlerContext ctx, FullHttpRequest http) {
    try {
      Optional<Refusal> notReady = notReady(); // first: later there are more endpoints
      Optional<PathMatch> found = paths.get().find(Request.path(http));
      Optional<Response> refusal = refusal(http, found, notReady);
      return refusal.isPresent()
          ? CompletableFuture.completedStage(refusal.get())
          : found.get().endpoint().answer(request(ctx, http, found.get()));
    } catch (RuntimeException fault) {
      return CompletableFuture.failedStage(fault);
    }
  }

  /**
   * What a request with a body is answered if its head is enough to refuse it. Called on the
   * connection's event loop, before anything of the body is kept.
   */
  public Optional<FullHttpResponse> answerHead(ChannelHandlerContext ctx, HttpRequest head) {
    FullHttpRequest http =
        new DefaultFullHttpRequest(
            head.protocolVersion(),
            head.method(),
            head.uri(),
            Unpooled.EMPTY_BUFFER,
            head.headers(),
            EmptyHttpHeaders.INSTANCE);
    Turn turn = Turn.of(ctx, http);
    try {
      Optional<Refusal> notReady = notReady();
      Optional<PathMatch> found = paths.get().find(turn.path());
      Optional<Response> refusal =
          refusal(http, found, notReady).or(() -> refusalOfCoding(http.headers()));
      if (refusal.isEmpty()) {
        found.get().endpoint().checkHead(request(ctx, http, found.get()));
      }
      return refusal.map(response -> message(turn, response));
    } catch (RuntimeException fault) {
      return Optional.of(message(turn, fault(turn, fault)));
    }
  }

  private static Request request(ChannelHandlerContext ctx, FullHttpRequest http, PathMatch found) {
    return new Request(
        http,
        ctx.channel().remoteAddress(),
        ctx.executor(),
        found.parameters(),
        bearer -> ctx.pipeline().fireUserEventTriggered(bearer));
  }

  /** What is answered without asking the endpoint; nothing if there is one to be asked. */
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

  private static Response fault(Turn turn, Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    if (cause instanceof RefusedException refused) {
      return Response.of(refused.refusal());
    }
    LOG.error("http: {} failed", Texts.cut(turn.path()), cause);
    return Response.of(
        Refusal.of(ErrorCode.INTERNAL, "The gateway failed to answer; its log says why."));
  }

  private static String allowed(Endpoint resource) {
    String names =
        resource.methods().stream().map(HttpMethod::name).sorted().collect(joining(", "));
    return resource.methods().contains(HttpMethod.GET)
        ? names + ", HEAD, OPTIONS"
        : names + ", OPTIONS";
  }

  private static Response unknown(String path) {
    String detail = Texts.expected("path", path, "a path of this gateway");
    return Response.of(Refusal.of(ErrorCode.NOT_FOUND, detail));
  }

  /** Why the gateway takes no work now, if so. Callable from any thread. */
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

  /** What of a request is still needed when it is gone. */
  private record Turn(
      ChannelHandlerContext ctx,
      String path,
      HttpVersion version,
      boolean keepAlive,
      boolean head) {

    static Turn of(ChannelHandlerContext ctx, FullHttpRequest http) {
      return new Turn(
          ctx,
          Request.path(http),
          http.protocolVersion(),
          HttpUtil.isKeepAlive(http),
          http.method().equals(HttpMethod.HEAD));
    }
  }

  private void write(Turn turn, Response response) {
    Response.EventStream stream = response.stream();
    if (stream == null) {
      writeWhole(turn, response);
    } else {
      streams
          .open(turn.ctx(), stream.principal(), stream.position())
          .ifPresent(refusal -> writeWhole(turn, Response.of(refusal)));
    }
  }

  /** Only what the socket does not take at once is ever held. */
  private void count(int bytes, ChannelFuture written) {
    if (!written.isDone()) {
      outbound.add(bytes);
      written.addListener(taken -> outbound.add(-bytes));
    }
  }

  private void writeWhole(Turn turn, Response response) {
    FullHttpResponse message = message(turn, response);
    boolean isKept = HttpUtil.isKeepAlive(message);
    ChannelFuture written = turn.ctx().writeAndFlush(message);
    response.sent(written);
    if (!response.isCounted()) {
      count(turn.head() ? 0 : response.length(), written);
    }
    written.addListener(
        isKept ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse message(Turn turn, Response response) {
    ByteBuf content = turn.head() ? Unpooled.EMPTY_BUFFER : response.content();
    FullHttpResponse message =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), content);
    HttpHeaders headers = message.headers();
    headers.add(response.headers());
    headers.set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(clock.instant())));
    headers.set("x-content-type-options", "nosniff");
    if (hasLength(response.status())) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.length());
    }
    // Written as HTTP/1.1 whatever was asked for: without a word a client of 1.0 would not keep it
    boolean isKept = turn.keepAlive() && !phases.isDraining();
    boolean isTold = isKept && !turn.version().isKeepAliveDefault();
    HttpUtil.setKeepAlive(headers, isTold ? turn.version() : HttpVersion.HTTP_1_1, isKept);
    return message;
  }

  /** RFC 9110, section 8.6. */
  private static boolean hasLength(HttpResponseStatus status) {
    return !status.equals(HttpResponseStatus.NOT_MODIFIED)
        && !status.equals(HttpResponseStatus.NO_CONTENT);
  }
}
