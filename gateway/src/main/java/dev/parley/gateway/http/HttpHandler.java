package dev.parley.gateway.http;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.Texts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request that is no WebSocket handshake, by its path. One instance serves all
 * connections; it holds no state of theirs.
 */
@Sharable
public final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

  private final Map<String, Resource> resources = new HashMap<>();
  private final Phases phases;
  private final Clock clock;

  /** Serves these resources once the phases are at {@code ready}. */
  public HttpHandler(List<Resource> resources, Phases phases, Clock clock) {
    super(FullHttpRequest.class);
    for (Resource resource : resources) {
      if (this.resources.put(resource.path(), resource) != null) {
        throw new IllegalArgumentException(
            Texts.expected("resource", resource.path(), "one resource for a path"));
      }
    }
    this.phases = phases;
    this.clock = clock;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
    Request request = new Request(http, ctx.channel().remoteAddress());
    write(ctx, http, answer(request));
  }

  private Response answer(Request request) {
    try {
      Resource resource = resources.get(request.path());
      if (!phases.isReady() && (resource == null || !resource.isAlwaysOpen())) {
        return Response.of(notReady());
      }
      return resource == null ? unknown(request) : answer(resource, request);
    } catch (RefusedException refused) {
      return Response.of(refused.problem());
    } catch (RuntimeException fault) {
      LOG.error("http: {} failed", Texts.cut(request.path()), fault);
      return Response.of(
          Problem.of(500, ErrorCode.INTERNAL, "The gateway failed to answer; its log says why."));
    }
  }

  private static Response answer(Resource resource, Request request) {
    HttpMethod method = request.http().method();
    boolean head = method.equals(HttpMethod.HEAD) && resource.methods().contains(HttpMethod.GET);
    if (head || resource.methods().contains(method)) {
      return resource.respond(request);
    }
    String allowed = allowed(resource);
    String detail = Texts.expected("method", method.name(), "one of " + allowed);
    return Response.of(Problem.of(405, ErrorCode.INVALID_ARGUMENT, detail))
        .with(HttpHeaderNames.ALLOW, allowed);
  }

  private static String allowed(Resource resource) {
    String names =
        resource.methods().stream().map(HttpMethod::name).sorted().collect(joining(", "));
    return resource.methods().contains(HttpMethod.GET) ? names + ", HEAD" : names;
  }

  private static Response unknown(Request request) {
    String detail = Texts.expected("path", request.path(), "a path of this gateway");
    return Response.of(Problem.of(404, ErrorCode.NOT_FOUND, detail));
  }

  private Problem notReady() {
    return phases.isDraining()
        ? Problem.retryAfter(503, ErrorCode.DRAINING, "The gateway is shutting down.", 5)
        : Problem.retryAfter(503, ErrorCode.OVERLOADED, "The gateway is starting: /readyz.", 1);
  }

  private void write(ChannelHandlerContext ctx, FullHttpRequest request, Response response) {
    boolean keepAlive = HttpUtil.isKeepAlive(request) && !phases.isDraining();
    boolean head = request.method().equals(HttpMethod.HEAD);
    ByteBuf content = head ? Unpooled.EMPTY_BUFFER : response.content();
    FullHttpResponse message =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), content);
    HttpHeaders headers = message.headers();
    headers.add(response.headers());
    headers.set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(clock.instant())));
    headers.set("x-content-type-options", "nosniff");
    if (!response.status().equals(HttpResponseStatus.NOT_MODIFIED)) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.length());
    }
    HttpUtil.setKeepAlive(headers, request.protocolVersion(), keepAlive);
    ctx.writeAndFlush(message)
        .addListener(
            keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
  }
}
