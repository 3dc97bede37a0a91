package dev.parley.gateway.transport;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.protocol.ClientCommand.RefreshToken;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * Replaces the token of a connection by a newer one of the same user (protocol, "Refreshing a
 * token"). An invalid token is rejected and the old one still counts. A token of another user
 * closes the connection.
 */
final class RefreshHandler extends SimpleChannelInboundHandler<RefreshToken> {

  private final TokenVerifier verifier;
  private final UserId user;
  private final ExpiryHandler expiry;
  private final Connection connection;
  private final Closer closer;

  RefreshHandler(
      TokenVerifier verifier,
      UserId user,
      ExpiryHandler expiry,
      Connection connection,
      Closer closer) {
    this.verifier = verifier;
    this.user = user;
    this.expiry = expiry;
    this.connection = connection;
    this.closer = closer;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, RefreshToken command) {
    boolean isDone =
        Verification.await(
            ctx,
            verifier.verify(command.token(), ClientAddress.of(ctx.channel())),
            outcome -> verified(ctx, command, outcome));
    if (!isDone) {
      connection.holdReading(true); // later commands come with the new token
    }
  }

  private void verified(ChannelHandlerContext ctx, RefreshToken command, Verified outcome) {
    if (closer.isClosing()) {
      return;
    }
    renew(ctx, command, outcome);
    connection.holdReading(false);
  }

  private void renew(ChannelHandlerContext ctx, RefreshToken command, Verified outcome) {
    Principal renewed;
    try {
      renewed = outcome.require();
    } catch (RefusedException e) {
      refuse(command.id(), e.refusal());
      return;
    }
    if (!renewed.user().equals(user)) {
      closer.close(CloseReason.FORBIDDEN);
      return;
    }
    expiry.expireAt(ctx, renewed.expiresAt());
    connection.refresh(command.id(), renewed);
  }

  private void refuse(CommandId id, Refusal ofToken) {
    Refusal refusal = ofToken.at("/payload/token");
    ServerSignal answer = new ServerSignal.Rejected(id, null, refusal);
    connection.reject(answer);
  }
}
