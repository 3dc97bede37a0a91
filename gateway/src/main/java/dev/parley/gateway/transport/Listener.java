package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;

/** Listens on an address and accepts sockets, from the constructor to {@link #close}. */
public final class Listener implements AutoCloseable {

  private static final int BACKLOG = 4096;
  private static final long CLOSE_MILLIS = 5_000;

  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Channel channel;

  /**
   * Binds the configured address.
   *
   * @param development whether pages of this listener may connect
   * @throws BindException with the address, when it cannot be bound
   */
  public Listener(
      ListenerConfig config,
      ProxyConfig proxies,
      OriginConfig origins,
      boolean development,
      Loops loops,
      ListenerServices services)
      throws BindException {
    Origins pages = new Origins(origins.allowed(), development);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.acceptor(), loops.workers())
            .channel(loops.channelType())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .handler(new AcceptBatchHandler(loops.workers()))
            .childHandler(
                new GatewayInitializer(config, proxies, pages, loops::of, services, channels))
            .bind(config.binding().host(), config.binding().port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw notBound(config, bound.cause());
    }
    channel = bound.channel();
  }

  private static BindException notBound(ListenerConfig config, Throwable cause) {
    BindException e =
        new BindException(
            "server.port: "
                + config.binding().host()
                + ":"
                + config.binding().port()
                + " (expected: a free address of this machine)");
    e.initCause(cause);
    return e;
  }

  /** The bound port. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /**
   * Accepts no more sockets, closes the open ones and waits until they are closed, for {@value
   * #CLOSE_MILLIS} ms at most. The loops keep running. Not called on a loop.
   */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    for (Channel open : channels) {
      HomeMove.execute(open, () -> leave(open));
    }
    channels.newCloseFuture().awaitUninterruptibly(CLOSE_MILLIS);
    channels.close().awaitUninterruptibly();
  }

  private static void leave(Channel open) {
    Closer closer = open.pipeline().get(Closer.class);
    if (closer == null) {
      open.close();
      return;
    }
    closer.close(CloseReason.GOING_AWAY);
  }
}
