package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One connection of the load. Its methods run on the channel's loop, except {@link #open} and
 * methods that say otherwise.
 */
abstract class LoadConnection extends SimpleChannelInboundHandler<TextWebSocketFrame> {

  private static final int MAX_FRAME = 1 << 20;

  private final CompletableFuture<Channel> welcome = new CompletableFuture<>();

  /** Connects as the user; the stage completes with the first frame, which is the welcome. */
  final CompletableFuture<Channel> open(EventLoopGroup loops, Target target, String user) {
    ClientTls tls = target.clientTls();
    return open(
        loops,
        target.address(user),
        target.token(user),
        channel -> {
          if (tls != null) {
            channel.pipeline().addLast(tls.handler(channel, user));
          }
        });
  }

  /** Connects with this token. */
  final CompletableFuture<Channel> open(EventLoopGroup loops, URI address, String token) {
    return open(loops, address, token, channel -> {});
  }

  private CompletableFuture<Channel> open(
      EventLoopGroup loops, URI address, String token, Consumer<Channel> first) {
    HttpHeaders headers = new DefaultHttpHeaders().add("Authorization", "Bearer " + token);
    WebSocketClientProtocolConfig config =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(address)
            .subprotocol(Sockets.SUBPROTOCOL)
            .customHeaders(headers)
            .maxFramePayloadLength(MAX_FRAME)
            .allowExtensions(compresses())
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
                first.accept(channel);
                channel
                    .pipeline()
                    .addLast(new ByteCounter())
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(MAX_FRAME));
                if (compresses()) {
                  channel.pipeline().addLast(deflate());
                }
                channel
                    .pipeline()
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

  private final class ByteCounter extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf buffer) {
        bytes(buffer.readableBytes());
      }
      context.fireChannelRead(message);
    }
  }

  /** Netty's own, which takes an answer without context takeover only if it has offered that. */
  private static WebSocketClientExtensionHandler deflate() {
    return new WebSocketClientExtensionHandler(
        new PerMessageDeflateClientExtensionHandshaker(6, true, 15, true, true, MAX_FRAME));
  }

  /** Whether it offers compression. Asked by {@link #open}. */
  boolean compresses() {
    return false;
  }

  /** Called with the number of bytes of each read. */
  void bytes(int count) {}

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
