package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * One connection of the load. Its methods run on the channel's loop, except {@link #open} and
 * methods that say otherwise.
 */
abstract class LoadConnection extends SimpleChannelInboundHandler<TextWebSocketFrame> {

  private static final int MAX_FRAME = 1 << 20;

  private final CompletableFuture<Channel> welcome = new CompletableFuture<>();

  /** Connects as the user; the stage completes with the first frame, which is the welcome. */
  final CompletableFuture<Channel> open(EventLoopGroup loops, Target target, String user) {
    return open(loops, target.address(user), target.token(user));
  }

  /** Connects with this token. */
  final CompletableFuture<Channel> open(EventLoopGroup loops, URI address, String token) {
    HttpHeaders headers = new DefaultHttpHeaders().add("Authorization", "Bearer " + token);
    WebSocketClientProtocolConfig config =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(address)
            .subprotocol(Sockets.SUBPROTOCOL)
            .customHeaders(headers)
            .maxFramePayloadLength(MAX_FRAME)
            .generateOriginHeader(false) // Programs send no Origin header.
            .build();
    new Bootstrap()
        .group(loops)
        .channel(Sockets.clientType())
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(MAX_FRAME))
                    .addLast(new WebSocketClientProtocolHandler(config))
                    .addLast(LoadConnection.this);
              }
            })
        .connect(address.getHost(), address.getPort())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                welcome.completeExceptionally(connected.cause());
              }
            });
    return welcome;
  }

  @Override
  protected final void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
    if (!welcome.complete(context.channel())) {
      received(context.channel(), frame.content());
    }
  }

  /** Called for each frame after the welcome; the bytes are valid during the call only. */
  abstract void received(Channel channel, ByteBuf text);

  static void send(Channel channel, String text) {
    channel.writeAndFlush(
        new TextWebSocketFrame(channel.alloc().buffer().writeBytes(text.getBytes(UTF_8))));
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    Exception closed = new IllegalStateException("connection: closed (expected: open)");
    welcome.completeExceptionally(closed);
    lost(closed);
  }

  /** Called when the connection has ended, closed by either side. */
  void lost(Exception closed) {}

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    welcome.completeExceptionally(failure);
    context.close();
  }
}
