package dev.parley.gateway.bench.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends a ping and a heartbeat at a fixed rate, as the gateway does to an idle client. */
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
    // Frames of an idle client need no answer.
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (beat != null) {
      beat.cancel(false);
    }
  }
}
