package dev.parley.gateway.transport;

import dev.parley.gateway.limit.SocketSlots;
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
 * Determines the address of a socket and counts the socket. The address is that of the peer or, if
 * required, that in the PROXY header at the start. Removed when the user is known.
 */
final class AddressHandler extends ChannelInboundHandlerAdapter {

  private static final int MAX_EXTENSIONS = 4 * 1024; // of version 2, after the addresses
  private static final long PROBE_SECONDS = 1;

  private final CountedSocket socket;
  private final SocketSlots sockets;
  private final ProxyConfig proxies;
  private final SocketLog log;

  AddressHandler(CountedSocket socket, SocketSlots sockets, ProxyConfig proxies, SocketLog log) {
    this.socket = socket;
    this.sockets = sockets;
    this.proxies = proxies;
    this.log = log;
  }

  /** The address of the client, or that of a proxy that does not name it. */
  @Nullable InetAddress client() {
    return socket.client();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    InetAddress peer = address(ctx.channel().remoteAddress());
    if (proxies.requiresHeader() && !isTrusted(peer)) {
      log.say(Fact.NO_PROXY, String.valueOf(peer));
      ctx.close();
      return;
    }
    sockets.enter(socket);
    ctx.channel().closeFuture().addListener(closed -> sockets.leave(socket));
    socket.peer(peer);
    if (proxies.requiresHeader()) {
      ctx.pipeline()
          .addBefore(
              ctx.name(),
              HandlerNames.PROXY_HEADER,
              new HAProxyMessageDecoder(MAX_EXTENSIONS, true)); // removes itself
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

  /** A trusted proxy has clients of many addresses: it names the client with each request. */
  private void count(ChannelHandlerContext ctx) {
    InetAddress peer = socket.peer();
    if (peer != null && !isTrusted(peer)) {
      sockets.from(socket, peer);
    }
    if (socket.refusal() != null) {
      ctx.executor().schedule(() -> endUnlessAsked(ctx), PROBE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void endUnlessAsked(ChannelHandlerContext ctx) {
    if (!socket.isAsked()) {
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HAProxyMessage header) {
      source(header).ifPresent(socket::peer);
      header.release();
      count(ctx);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /** Empty when the proxy itself connects, as for a health check, or names no internet address. */
  private static Optional<InetAddress> source(HAProxyMessage header) {
    return Optional.ofNullable(header.sourceAddress()).flatMap(Network::address);
  }

  @Override
  @SuppressWarnings("deprecation") // only this handler knows this failure
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof HAProxyProtocolException) {
      log.say(Fact.NO_HEADER, String.valueOf(socket.peer()));
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      sockets.known(socket);
    }
  }
}
