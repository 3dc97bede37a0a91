package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.config.Secret;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to one service, one for each attempt: directly or through a proxy, with TLS for
 * {@code https}. Names are resolved on an executor of their own. Nothing is read until someone
 * asks. Callable from any thread.
 */
final class Connector {

  private static final int RECEIVE_BUFFER = 256 << 10;
  private static final int MIN_READ = 256;
  private static final int FIRST_READ = 2 << 10;
  private static final int MAX_READ = 16 << 10;
  private static final int MAX_INITIAL_LINE = 4 << 10;
  private static final int MAX_HEADERS = 64 << 10;
  private static final int MAX_CHUNK = 16 << 10;

  /** Seconds of silence, seconds between probes, probes: below the patience of common NATs. */
  private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, 60,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 15,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 4);

  private static final Set<SocketOption<?>> SUPPORTED = supported();

  private final Executor resolver;
  private final SslContext tls;
  private final Optional<ForwardProxy> proxy;

  Connector(Executor resolver, SslContext tls, Optional<ForwardProxy> proxy) {
    this.resolver = resolver;
    this.tls = tls;
    this.proxy = proxy;
  }

  /** Told on the loop how an attempt to connect ended. */
  interface Listener {

    /**
     * There is a TCP connection. The handlers of TLS and HTTP are in its pipeline; TLS and the
     * tunnel of a proxy are not ready yet.
     */
    void connected(Channel channel, boolean isSecure);

    void connectFailed(Throwable cause);
  }

  /** Whether requests to this address go to a proxy without a tunnel. */
  boolean isForwarded(URI target) {
    return proxy.isPresent() && !ServiceUrl.isSecure(target);
  }

  /**
   * Begins to connect.
   *
   * @return stops it; called on the loop
   */
  Runnable connect(URI target, EventLoop loop, Listener listener) {
    Connecting connecting = new Connecting(target, loop, listener);
    String host = proxy.map(ForwardProxy::host).orElseGet(() -> ServiceUrl.host(target));
    try {
      resolver.execute(() -> connecting.resolve(host));
    } catch (RejectedExecutionException e) {
      loop.execute(() -> connecting.failed(e));
    }
    return connecting::stop;
  }

  private static Set<SocketOption<?>> supported() {
    try (SocketChannel channel = SocketChannel.open()) {
      return channel.supportedOptions();
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** One attempt, over all addresses of the host. Used on the loop, but for the resolving. */
  private final class Connecting {
    private final URI target;
    private final EventLoop loop;
    private final Listener listener;
    private final Deque<InetAddress> addresses = new ArrayDeque<>();
    private @Nullable Channel channel;
    private boolean stopped;

    Connecting(URI target, EventLoop loop, Listener listener) {
      this.target = target;
      this.loop = loop;
      this.listener = listener;
    }

    void resolve(String host) {
      try {
        List<InetAddress> found = List.of(InetAddress.getAllByName(host));
        loop.execute(
            () -> {
              addresses.addAll(found);
              tryNext();
            });
      } catch (UnknownHostException e) {
        loop.execute(() -> failed(e));
      }
    }

    void stop() {
      stopped = true;
      if (channel != null) {
        channel.close();
      }
    }

    void failed(Throwable cause) {
      if (!stopped) {
        stopped = true;
        listener.connectFailed(cause);
      }
    }

    private void tryNext() {
      if (stopped) {
        return;
      }
      InetAddress address = addresses.removeFirst();
      ChannelFuture connect = open(address);
      channel = connect.channel();
      connect.addListener(
          done -> {
            if (done.isSuccess()) {
              established(connect.channel());
            } else if (addresses.isEmpty()) {
              failed(done.cause());
            } else {
              tryNext();
            }
          });
    }

    private ChannelFuture open(InetAddress address) {
      boolean tunnel = proxy.isPresent() && ServiceUrl.isSecure(target);
      int port = proxy.map(ForwardProxy::port).orElseGet(() -> ServiceUrl.port(target));
      InetSocketAddress next = new InetSocketAddress(address, port);
      Bootstrap bootstrap =
          bootstrap(loop)
              .handler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                      if (tunnel) {
                        opened.pipeline().addLast(tunnel(next));
                      }
                    }
                  });
      return bootstrap.connect(
          tunnel
              ? InetSocketAddress.createUnresolved(ServiceUrl.host(target), ServiceUrl.port(target))
              : next);
    }

    private void established(Channel opened) {
      if (stopped) {
        opened.close();
        return;
      }
      boolean secure = ServiceUrl.isSecure(target);
      if (secure) {
        SslHandler handler =
            tls.newHandler(opened.alloc(), ServiceUrl.host(target), ServiceUrl.port(target));
        // The time until the connection stands has a limit of its own.
        handler.setHandshakeTimeoutMillis(0);
        opened.pipeline().addLast(handler);
      }
      opened
          .pipeline()
          .addLast(new HttpClientCodec(MAX_INITIAL_LINE, MAX_HEADERS, MAX_CHUNK, false));
      listener.connected(opened, secure);
    }
  }

  private HttpProxyHandler tunnel(InetSocketAddress address) {
    String[] credentials =
        proxy
            .flatMap(ForwardProxy::credentials)
            .map(Secret::bytes)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split(":", 2))
            .orElse(new String[0]);
    HttpProxyHandler handler =
        credentials.length == 0
            ? new HttpProxyHandler(address)
            : new HttpProxyHandler(
                address, credentials[0], credentials.length > 1 ? credentials[1] : "");
    handler.setConnectTimeoutMillis(0);
    return handler;
  }

  private static Bootstrap bootstrap(EventLoop loop) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(ChannelOption.AUTO_READ, false)
            // What a service said before it closed is still read after a write has failed.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ)
                    .maxMessagesPerRead(1));
    KEEP_ALIVE.forEach(
        (option, value) -> {
          if (SUPPORTED.contains(option)) {
            bootstrap.option(NioChannelOption.of(option), value);
          }
        });
    return bootstrap;
  }
}
