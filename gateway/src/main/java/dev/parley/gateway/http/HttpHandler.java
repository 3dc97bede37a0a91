package dev.parley.gateway.http;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.monitor.ByteAccount;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
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
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request that is no WebSocket handshake, by its path. One instance serves all
 * connections; it holds no state of theirs.
 */
@Sharable
public final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

  private final Paths paths;
  private final Phases phases;
  private final Clock clock;
  private final Streams streams;
  private final ByteAccount outbound;

  /**
   * Serves these endpoints once the phases are at {@code ready}.
   *
   * @param outbound where answers are counted that a socket does not take at once
   */
  public HttpHandler(
      List<? extends Endpoint> endpoints,
      Phases phases,
      Clock clock,
      Streams streams,
      ByteAccount outbound) {
    super(FullHttpRequest.class);
    this.paths = new Paths(endpoints);
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
      String path = Request.path(http);
      Optional<Paths.Found> found = paths.find(path);
      boolean isOpen = found.filter(known -> known.endpoint().isAlwaysOpen()).isPresent();
      Optional<Problem> closed = isOpen ? Optional.empty() : notReady();
      if (found.isEmpty() || closed.isPresent()) {
        return CompletableFuture.completedStage(
            closed.map(Response::of).orElseGet(() -> unknown(path)));
      }
      Request request =
          new Request(
              http, ctx.channel().remoteAddress(), ctx.executor(), found.get().parameters());
      return answer(found.get().endpoint(), request);
    } catch (RuntimeException fault) {
      return CompletableFuture.failedStage(fault);
    }
  }

  private static Response fault(Turn turn, Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    if (cause instanceof RefusedException refused) {
      return Response.of(refused.problem());
    }
    LOG.error("http: {} failed", Texts.cut(turn.path()), cause);
    return Response.of(
        Problem.of(500, ErrorCode.INTERNAL, "The gateway failed to answer; its log says why."));
  }

  private static CompletionStage<Response> answer(Endpoint resource, Request request) {
    HttpMethod method = request.http().method();
    boolean head = method.equals(HttpMethod.HEAD) && resource.methods().contains(HttpMethod.GET);
    if (head || resource.methods().contains(method)) {
      return resource.answer(request);
    }
    String allowed = allowed(resource);
    String detail = Texts.expected("method", method.name(), "one of " + allowed);
    return CompletableFuture.completedStage(
        Response.of(Problem.of(405, ErrorCode.INVALID_ARGUMENT, detail))
            .with(HttpHeaderNames.ALLOW, allowed));
  }

  private static String allowed(Endpoint resource) {
    String names =
        resource.methods().stream().map(HttpMethod::name).sorted().collect(joining(", "));
    return resource.methods().contains(HttpMethod.GET) ? names + ", HEAD" : names;
  }

  private static Response unknown(String path) {
    String detail = Texts.expected("path", path, "a path of this gateway");
    return Response.of(Problem.of(404, ErrorCode.NOT_FOUND, detail));
  }

  /** Why the gateway takes no work now, if so. Callable from any thread. */
  public Optional<Problem> notReady() {
    if (phases.isReady()) {
      return Optional.empty();
    }
    return Optional.of(
        phases.isDraining()
            ? Problem.retryAfter(503, ErrorCode.DRAINING, "The gateway is shutting down.", 5)
            : Problem.retryAfter(
                503, ErrorCode.OVERLOADED, "The gateway is starting: /readyz.", 1));
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
    Response.Stream stream = response.stream();
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
    boolean keepAlive = turn.keepAlive() && !phases.isDraining();
    ByteBuf content = turn.head() ? Unpooled.EMPTY_BUFFER : response.content();
    FullHttpResponse message =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), content);
    HttpHeaders headers = message.headers();
    headers.add(response.headers());
    headers.set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(clock.instant())));
    headers.set("x-content-type-options", "nosniff");
    if (!response.status().equals(HttpResponseStatus.NOT_MODIFIED)) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.length());
    }
    HttpUtil.setKeepAlive(headers, turn.version(), keepAlive);
    ChannelFuture written = turn.ctx().writeAndFlush(message);
    response.sent(written);
    if (!response.isCounted()) {
      count(turn.head() ? 0 : response.length(), written);
    }
    written.addListener(
        keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
  }
}
