package dev.parley.gateway.transport;

import dev.parley.gateway.limit.SocketEvent;
import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts a socket by its requests: by the client that a trusted proxy names, and by the user of a
 * valid token. On a socket beyond a maximum only a health check is answered.
 */
final class SocketAdmissionHandler extends ChannelDuplexHandler {

  private static final String FORWARDED_FOR = "x-forwarded-for";
  private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final CountedSocket socket;
  private final SocketSlots sockets;
  private final Predicate<Principal> callers;
  private final TrustedProxies trusted;
  private final Refusals refusals;
  private boolean isOver;

  /**
   * Counts this socket.
   *
   * @param callers whose calls make a socket one of its user
   */
  SocketAdmissionHandler(
      CountedSocket socket,
      SocketSlots sockets,
      Predicate<Principal> callers,
      TrustedProxies trusted,
      Refusals refusals) {
    this.socket = socket;
    this.sockets = sockets;
    this.callers = callers;
    this.trusted = trusted;
    this.refusals = refusals;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      begin(ctx, request);
    }
    if (isOver) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    socket.asked();
    InetAddress peer = socket.peer();
    if (peer != null && trusted.contains(peer)) {
      InetAddress client = trusted.client(peer, request.headers().getAll(FORWARDED_FOR));
      InetAddress known = trusted.contains(client) ? null : client;
      socket.client(known);
      sockets.from(socket, known);
    }
    ClientAddress.set(ctx.channel(), socket.client());
    SocketEvent reason = socket.refusal();
    if (reason != null && !isHealthCheck(request)) {
      isOver = true;
      refusals.refuse(ctx, refusal(reason));
    }
  }

  private boolean isProxy(@Nullable InetAddress peer) {
    return peer != null && trusted.contains(peer);
  }

  private static boolean isHealthCheck(HttpRequest request) {
    boolean asks =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return asks && HEALTH.contains(HttpGuardHandler.originForm(request.uri()));
  }

  private static Refusal refusal(SocketEvent reason) {
    return reason == SocketEvent.ADDRESS_FULL
        ? Refusal.temporary(
            ErrorCode.QUOTA_EXCEEDED,
            "sockets: too many of this address without a user",
            RETRY_AFTER)
        : Refusal.temporary(ErrorCode.OVERLOADED, "sockets: too many are open", RETRY_AFTER);
  }

  /** The user of a call is known. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof Principal principal)) {
      ctx.fireUserEventTriggered(event);
    } else if (isProxy(socket.peer())) {
      sockets.known(socket); // until the next request
    } else if (callers.test(principal)) {
      sockets.calledBy(socket, principal.user());
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response && socket.refusal() != null) {
      HttpUtil.setKeepAlive(response, false);
    }
    if (message instanceof LastHttpContent && !isInformational(message) && isProxy(socket.peer())) {
      sockets.answered(socket);
    }
    ctx.write(message, promise);
  }

  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }
}
