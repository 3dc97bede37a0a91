package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.Optional;

/** Refuses a connection of a user who has as many as the tier allows, or of a full tenant. */
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
    Optional<Refusal> refusal =
        principal == null
            ? Optional.empty()
            : admission.admit(principal, ctx.channel(), handshake.replaces());
    refusal.ifPresentOrElse(
        refused -> refusals.refuse(ctx, refused), () -> ctx.fireChannelRead(handshake));
  }
}
