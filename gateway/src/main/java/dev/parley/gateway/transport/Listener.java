package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Listens on an address and accepts sockets, from the constructor to {@link #close}. */
public final class Listener implements AutoCloseable {

  private static final int BACKLOG = 4096;
  private static final long CLOSE_MILLIS = 5_000;

  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Channel channel;

  /**
   * Binds the address for users.
   *
   * @param development whether pages of this listener may connect
   * @param tls what it speaks; without it plain HTTP
   * @throws BindException with the address, when it cannot be bound
   */
  public Listener(
      ListenerConfig config,
      ProxyConfig proxies,
      OriginConfig origins,
      boolean development,
      Loops loops,
      ListenerServices services,
      Optional<ServerTls> tls)
      throws BindException {
    Origins pages = new Origins(origins.allowed(), development, tls.isPresent());
    channel =
        bound(
            new Place("server.port", config.binding().host(), config.binding().port()),
            loops,
            new GatewayInitializer(config, proxies, pages, loops::of, services, channels, tls));
  }

  /**
   * Binds the address for operators. Its sockets have the limits of those of users, and slots of
   * their own.
   *
   * @throws BindException with the address, when it cannot be bound
   */
  public Listener(
      OpsConfig ops,
      ListenerConfig config,
      ProxyConfig proxies,
      Loops loops,
      HttpService http,
      Metrics metrics,
      Optional<ServerTls> tls)
      throws BindException {
    channel =
        bound(
            new Place("ops.port", ops.host(), ops.port()),
            loops,
            new OpsInitializer(config, proxies.withoutProxy(), http, channels, metrics, tls));
  }

  /** An address, and the setting that names it. */
  private record Place(String setting, String host, int port) {}

  private static Channel bound(Place place, Loops loops, ChannelHandler sockets)
      throws BindException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.acceptor(), loops.workers())
            .channel(loops.channelType())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .handler(new AcceptBatchHandler(loops.workers()))
            .childHandler(sockets)
            .bind(place.host(), place.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw notBound(place, bound.cause());
    }
    return bound.channel();
  }

  private static BindException notBound(Place place, Throwable cause) {
    BindException e =
        new BindException(
            place.setting()
                + ": "
                + place.host()
                + ":"
                + place.port()
                + " (expected: a free address of this machine)");
    e.initCause(cause);
    return e;
  }

  /** The bound port. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** The sockets that are open now. */
  public int sockets() {
    return channels.size();
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
