package dev.parley.gateway.bench.socket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The cost of Netty alone: its standard WebSocket handlers, followed by one handler for the
 * measured work. No tokens, no limits, no store.
 */
public final class RawServer {

  private static final int MAX_REQUEST = 64 * 1024;

  private RawServer() {}

  /** The handler after the standard ones. */
  enum RawKind {
    ECHO,
    BROADCAST,
    BEAT
  }

  /** Serves until its input ends. Arguments: {@code kind paceMillis}. */
  public static void main(String[] args) throws InterruptedException, IOException {
    RawKind kind = RawKind.valueOf(args[0]);
    EventLoopGroup loops = Sockets.loops(0);
    int pace = Integer.parseInt(args[1]);
    Broadcasts broadcasts = new Broadcasts(loops, pace);
    Channel channel =
        new ServerBootstrap()
            .group(loops)
            .channel(Sockets.serverType())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MAX_REQUEST))
                        .addLast(
                            new WebSocketServerProtocolHandler(
                                "/ws", Sockets.SUBPROTOCOL, false, MAX_REQUEST, false, true))
                        .addLast(handler(kind, pace, broadcasts));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    System.out.println("The raw server is ready at http://127.0.0.1:" + port);
    new Probe(Map::of).serve();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private static ChannelHandler handler(RawKind kind, int paceMillis, Broadcasts broadcasts) {
    return switch (kind) {
      case ECHO -> new EchoHandler();
      case BROADCAST -> broadcasts.handler();
      case BEAT -> new BeatHandler(paceMillis);
    };
  }
}
