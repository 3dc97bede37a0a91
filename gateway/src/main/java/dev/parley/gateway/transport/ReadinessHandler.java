package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.function.BooleanSupplier;

/** Refuses handshakes while the gateway starts or ends. */
@Sharable
final class ReadinessHandler extends SimpleChannelInboundHandler<Handshake> {

  private static final int RETRY_SECONDS = 1;

  private final BooleanSupplier ready;
  private final Refusals refusals;

  ReadinessHandler(BooleanSupplier ready, Refusals refusals) {
    this.ready = ready;
    this.refusals = refusals;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Handshake handshake) {
    if (ready.getAsBoolean()) {
      ctx.fireChannelRead(handshake);
      return;
    }
    refusals.refuse(
        ctx,
        Problem.retryAfter(503, ErrorCode.OVERLOADED, "the gateway is not ready", RETRY_SECONDS));
  }
}
