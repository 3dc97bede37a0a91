package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ClientCommand;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/** Passes commands to their connection, and tells it when the channel is writable again. */
final class DispatchHandler extends SimpleChannelInboundHandler<ClientCommand> {

  private final Connection connection;

  DispatchHandler(Connection connection) {
    this.connection = connection;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ClientCommand command) {
    connection.dispatch(command);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.roomChanged();
    ctx.fireChannelWritabilityChanged();
  }
}
