package dev.parley.gateway.bench.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends what the gateway sends to who is idle, a ping and a heartbeat, in a steady beat. */
final class BeatHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {

  private static final String HEARTBEAT = "{\"type\":\"heartbeat\",\"payload\":{\"heads\":{}}}";

  private final int beatMillis;
  private @Nullable Future<?> beat;

  BeatHandler(int beatMillis) {
    this.beatMillis = beatMillis;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof HandshakeComplete) {
      context.writeAndFlush(new TextWebSocketFrame(EchoHandler.WELCOME));
      beat =
          context
              .executor()
              .scheduleAtFixedRate(
                  () -> beat(context), beatMillis, beatMillis, TimeUnit.MILLISECONDS);
    }
  }

  private static void beat(ChannelHandlerContext context) {
    context.write(new PingWebSocketFrame());
    context.writeAndFlush(new TextWebSocketFrame(HEARTBEAT));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
    // What a client that is idle says needs no answer.
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (beat != null) {
      beat.cancel(false);
    }
  }
}
