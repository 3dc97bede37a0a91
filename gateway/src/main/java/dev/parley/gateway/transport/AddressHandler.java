package dev.parley.gateway.transport;

import dev.parley.gateway.transport.SocketLog.Fact;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a socket comes from, by its peer or, if that is required, by the PROXY header
 * that it begins with, and has it counted; removed once its user is known.
 */
final class AddressHandler extends ChannelInboundHandlerAdapter {

  private static final int MOST_EXTENSIONS = 4 * 1024; // what version 2 may carry beside addresses
  private static final long PROBE_SECONDS = 1;

  private final Place place;
  private final SocketAdmission sockets;
  private final ProxyConfig proxies;
  private final SocketLog log;

  AddressHandler(Place place, SocketAdmission sockets, ProxyConfig proxies, SocketLog log) {
    this.place = place;
    this.sockets = sockets;
    this.proxies = proxies;
    this.log = log;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    InetAddress peer = address(ctx.channel().remoteAddress());
    if (proxies.requiresHeader() && !isTrusted(peer)) {
      log.say(Fact.NO_PROXY, String.valueOf(peer));
      ctx.close();
      return;
    }
    sockets.enter(place);
    ctx.channel().closeFuture().addListener(closed -> sockets.leave(place));
    place.peer(peer);
    if (proxies.requiresHeader()) {
      ctx.pipeline()
          .addBefore(
              ctx.name(),
              HandlerNames.PROXY_HEADER,
              new HAProxyMessageDecoder(MOST_EXTENSIONS, true)); // removes itself
    } else {
      count(ctx);
    }
    ctx.fireChannelActive();
  }

  private static @Nullable InetAddress address(SocketAddress remote) {
    return remote instanceof InetSocketAddress socket && socket.getAddress() != null
        ? Network.plain(socket.getAddress())
        : null;
  }

  private boolean isTrusted(@Nullable InetAddress peer) {
    return peer != null && proxies.trusted().contains(peer);
  }

  /** A trusted proxy has clients of many addresses: it says of each request whose it is. */
  private void count(ChannelHandlerContext ctx) {
    InetAddress peer = place.peer();
    if (peer != null && !isTrusted(peer)) {
      sockets.from(place, peer);
    }
    if (SocketAdmission.bound(place) != null) {
      ctx.executor().schedule(() -> endUnlessAsked(ctx), PROBE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void endUnlessAsked(ChannelHandlerContext ctx) {
    if (!place.isAsked()) {
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HAProxyMessage header) {
      source(header).ifPresent(place::peer);
      header.release();
      count(ctx);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /** Nothing when the proxy speaks for itself, as in a health check, or of no internet address. */
  private static Optional<InetAddress> source(HAProxyMessage header) {
    return Optional.ofNullable(header.sourceAddress()).flatMap(Network::address);
  }

  @Override
  @SuppressWarnings("deprecation") // for the failure that only this handler knows
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof HAProxyProtocolException) {
      log.say(Fact.NO_HEADER, String.valueOf(place.peer()));
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      sockets.known(place);
    }
  }
}
