package dev.parley.gateway.bench.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;

/** Echoes every text, after a welcome frame. */
final class EchoHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {

  static final String WELCOME = "{\"type\":\"welcome\",\"payload\":{}}";

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof HandshakeComplete) {
      context.writeAndFlush(new TextWebSocketFrame(WELCOME));
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
    context.writeAndFlush(frame.retain());
  }
}
