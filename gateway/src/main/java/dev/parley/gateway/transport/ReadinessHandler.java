package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.Optional;
import java.util.function.Supplier;

/** Refuses handshakes while the gateway starts or drains. */
@Sharable
final class ReadinessHandler extends SimpleChannelInboundHandler<Handshake> {

  private final Supplier<Optional<Refusal>> notReady;
  private final Refusals refusals;

  ReadinessHandler(Supplier<Optional<Refusal>> notReady, Refusals refusals) {
    this.notReady = notReady;
    this.refusals = refusals;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Handshake handshake) {
    Optional<Refusal> refusal = notReady.get();
    if (refusal.isPresent()) {
      refusals.refuse(ctx, refusal.get());
    } else {
      ctx.fireChannelRead(handshake);
    }
  }
}
