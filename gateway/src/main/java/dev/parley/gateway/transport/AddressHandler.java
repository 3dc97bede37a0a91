package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Lets a socket in if neither its address nor all together have too many; removed once its user is
 * known.
 */
final class AddressHandler extends ChannelInboundHandlerAdapter {

  private final SocketAdmission admission;
  private final Metrics metrics;
  private Object address = "";
  private boolean noted;

  AddressHandler(SocketAdmission admission, Metrics metrics) {
    this.admission = admission;
    this.metrics = metrics;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!isAdmitted(ctx)) {
      metrics.socketRefused();
      ctx.close();
      return;
    }
    ctx.fireChannelActive();
  }

  private boolean isAdmitted(ChannelHandlerContext ctx) {
    if (!admission.enter()) {
      return false;
    }
    ctx.channel().closeFuture().addListener(closed -> admission.leave());
    address = SocketAdmission.addressOf(ctx.channel().remoteAddress());
    noted = admission.note(address);
    return noted;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (noted) {
      noted = false;
      admission.forget(address);
    }
  }
}
