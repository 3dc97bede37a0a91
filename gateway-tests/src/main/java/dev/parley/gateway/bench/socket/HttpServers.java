package dev.parley.gateway.bench.socket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;

/** Servers of the benchmarks that run in processes of their own. */
final class HttpServers {

  private HttpServers() {}

  /**
   * Serves on a free port of 127.0.0.1 until the input ends, and tells the port for {@link Child}.
   * Then shuts the loops down.
   *
   * @param maxRequest maximum bytes of a request
   * @param handlers adds what follows the HTTP stages
   */
  static void serve(
      String name, EventLoopGroup loops, int maxRequest, Consumer<ChannelPipeline> handlers)
      throws InterruptedException, IOException {
    serve(
        name,
        loops,
        pipeline -> handlers.accept(pipeline.addLast(new HttpObjectAggregator(maxRequest))));
  }

  /** The same without a stage that puts the parts of requests together. */
  static void serve(String name, EventLoopGroup loops, Consumer<ChannelPipeline> handlers)
      throws InterruptedException, IOException {
    Channel channel =
        new ServerBootstrap()
            .group(loops)
            .channel(Sockets.serverType())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    handlers.accept(accepted.pipeline().addLast(new HttpServerCodec()));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    System.out.println("The " + name + " server is ready at http://127.0.0.1:" + port);
    new Probe(Map::of).serve();
    Sockets.end(loops);
  }
}
