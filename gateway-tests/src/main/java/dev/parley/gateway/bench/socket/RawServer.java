package dev.parley.gateway.bench.socket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What Netty alone costs: its stock WebSocket stages, and behind them one that does what is
 * measured and nothing else. No tokens, no limits, no store.
 */
public final class RawServer {

  private static final int MAX_REQUEST = 64 * 1024;

  private RawServer() {}

  /** What stands behind the stock stages. */
  enum Kind {
    ECHO,
    BROADCAST
  }

  /** Serves until the process is ended: {@code kind paceMillis}. */
  public static void main(String[] args) throws InterruptedException {
    Kind kind = Kind.valueOf(args[0]);
    EventLoopGroup loops = Sockets.loops(0);
    Broadcasts broadcasts = new Broadcasts(loops, Integer.parseInt(args[1]));
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
                        .addLast(kind == Kind.ECHO ? new EchoHandler() : broadcasts.handler());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    System.out.println("The raw server is ready at http://127.0.0.1:" + port);
    channel.closeFuture().sync();
  }
}
