package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Principal;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/** Refuses a connection of a user who has as many as the tier allows. */
@Sharable
final class AdmissionHandler extends SimpleChannelInboundHandler<Handshake> {

  private final Admission admission;
  private final Refusals refusals;

  AdmissionHandler(Admission admission, Refusals refusals) {
    this.admission = admission;
    this.refusals = refusals;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Handshake handshake) {
    Principal principal = handshake.principal();
    if (principal == null || admission.admit(principal, ctx.channel(), handshake.replaces())) {
      ctx.fireChannelRead(handshake);
    } else {
      refusals.refuse(ctx, admission.full(principal));
    }
  }
}
