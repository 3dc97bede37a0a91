package dev.parley.gateway.transport;

import dev.parley.gateway.auth.BearerHeader;
import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.List;
import java.util.Optional;

/**
 * Verifies the token of a handshake (protocol, "Connecting"). A handshake without one passes: its
 * first frame must bring the token.
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
    Handshake verified;
    try {
      verified = token(handshake).map(verifier::verify).map(handshake::of).orElse(handshake);
    } catch (RefusedException e) {
      refusals.refuse(ctx, e.refusal());
      return;
    }
    ctx.fireChannelRead(verified);
  }

  private static Optional<String> token(Handshake handshake) {
    List<String> offered =
        handshake.protocols().stream().filter(name -> name.startsWith(PROTOCOL)).toList();
    String authorization = handshake.authorization();
    if (offered.size() + (authorization == null ? 0 : 1) > 1) {
      throw RefusedException.invalid("token: expected in one place only");
    }
    if (authorization != null) {
      return Optional.of(BearerHeader.token(authorization));
    }
    return offered.stream().findFirst().map(name -> name.substring(PROTOCOL.length()));
  }
}
