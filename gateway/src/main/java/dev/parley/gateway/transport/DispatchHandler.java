package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ClientCommand;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Passes commands to their connection, and the violation that ends it. Tells it when the channel is
 * writable again.
 */
final class DispatchHandler extends ChannelInboundHandlerAdapter {

  private final Connection connection;

  DispatchHandler(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ClientCommand command) {
      connection.dispatch(command);
    } else if (message instanceof Violation violation) {
      connection.closeWhenAnswered(violation.reason());
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.roomChanged();
    ctx.fireChannelWritabilityChanged();
  }
}
