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
 * Finds out from the handshake who it is (protocol, "Connecting"). One without a token passes: its
 * first frame will tell.
 */
@Sharable
final class AuthHandler extends SimpleChannelInboundHandler<Handshake> {

  private static final String PROTOCOL = "bearer.";

  private final TokenVerifier verifier;
  private final Refusals refusals;

  AuthHandler(TokenVerifier verifier, Refusals refusals) {
    this.verifier = verifier;
    this.refusals = refusals;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Handshake handshake) {
    Handshake known;
    try {
      known = token(handshake).map(verifier::verify).map(handshake::of).orElse(handshake);
    } catch (RefusedException e) {
      refusals.refuse(ctx, e.refusal());
      return;
    }
    ctx.fireChannelRead(known);
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
