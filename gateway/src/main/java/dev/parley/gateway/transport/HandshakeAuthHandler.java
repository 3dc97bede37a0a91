package dev.parley.gateway.transport;

import dev.parley.gateway.auth.BearerHeader;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.List;
import java.util.Optional;

/**
 * Verifies the token of a handshake (protocol, "Connecting"). A handshake without one passes: its
 * first frame must bring the token. While a token is verified nothing is read.
 */
@Sharable
final class HandshakeAuthHandler extends SimpleChannelInboundHandler<Handshake> {

  private static final String PROTOCOL = "bearer.";

  private final TokenVerifier verifier;
  private final Refusals refusals;

  HandshakeAuthHandler(TokenVerifier verifier, Refusals refusals) {
    this.verifier = verifier;
    this.refusals = refusals;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Handshake handshake) {
    Optional<String> token;
    try {
      token = token(handshake);
    } catch (RefusedException e) {
      refusals.refuse(ctx, e.refusal());
      return;
    }
    if (token.isEmpty()) {
      ctx.fireChannelRead(handshake);
      return;
    }
    boolean isDone =
        Verification.await(
            ctx,
            verifier.verify(token.get(), ClientAddress.of(ctx.channel())),
            outcome -> pass(ctx, handshake, outcome));
    if (!isDone) {
      hold(ctx, true);
    }
  }

  private void pass(ChannelHandlerContext ctx, Handshake handshake, Verified outcome) {
    Handshake verified;
    try {
      verified = handshake.of(outcome.require());
    } catch (RefusedException e) {
      refusals.refuse(ctx, e.refusal());
      hold(ctx, false);
      return;
    }
    ctx.fireChannelRead(verified);
    hold(ctx, false);
  }

  /** Frames may come right after the handshake. After the upgrade there is nothing to release. */
  private static void hold(ChannelHandlerContext ctx, boolean isHeld) {
    HttpCodec codec = ctx.pipeline().get(HttpCodec.class);
    if (codec != null) {
      codec.hold(isHeld);
      ctx.channel().config().setAutoRead(!isHeld);
    }
  }

  private static Optional<String> token(Handshake handshake) {
    List<String> offered = HeaderList.starting(handshake.protocols(), PROTOCOL);
    String authorization = handshake.authorization();
    if (offered.size() + (authorization == null ? 0 : 1) > 1) {
      throw RefusedException.invalid("token: expected in one place only");
    }
    if (authorization != null) {
      return Optional.of(BearerHeader.token(authorization));
    }
    return offered.isEmpty()
        ? Optional.empty()
        : Optional.of(offered.get(0).substring(PROTOCOL.length()));
  }
}
