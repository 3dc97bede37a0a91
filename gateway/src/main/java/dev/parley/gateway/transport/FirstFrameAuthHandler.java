package dev.parley.gateway.transport;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.protocol.ClientCommand.Authenticate;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Verifies the token in the first frame after an upgrade without one (protocol, "Connecting").
 * Removed when the user is known; until then nothing else is read.
 */
final class FirstFrameAuthHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

  /** Maximum size of the first frame. */
  static final int MAX_BYTES = 16 * 1024;

  private final TokenVerifier verifier;
  private final Admission admission;
  private final Closer closer;
  private final Consumer<Principal> next;
  private boolean isVerifying;

  FirstFrameAuthHandler(
      TokenVerifier verifier, Admission admission, Closer closer, Consumer<Principal> next) {
    this.verifier = verifier;
    this.admission = admission;
    this.closer = closer;
    this.next = next;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (closer.isClosing()) {
      return;
    }
    HandshakeTime.begin(ctx.channel());
    Authenticate command;
    try {
      command = command(frame);
    } catch (RefusedException e) {
      refuse(e.answer(), CloseReason.UNAUTHENTICATED); // whatever is wrong with it: it has no token
      return;
    }
    isVerifying =
        !Verification.await(
            ctx,
            verifier.verify(command.token(), ClientAddress.of(ctx.channel())),
            outcome -> verified(ctx, command, outcome));
    if (isVerifying) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** Whether frames after the token have to wait. */
  boolean isVerifying() {
    return isVerifying && !closer.isClosing();
  }

  private void verified(ChannelHandlerContext ctx, Authenticate command, Verified outcome) {
    if (closer.isClosing()) {
      return; // meanwhile
    }
    isVerifying = false;
    try {
      authenticate(ctx, command, outcome.require());
    } catch (RefusedException e) {
      refuse(e.answer(), e.refusal().code().closeReason());
    }
  }

  private void authenticate(ChannelHandlerContext ctx, Authenticate command, Principal principal) {
    Optional<Refusal> refusal = admission.admit(principal, ctx.channel(), command.replaces());
    if (refusal.isPresent()) {
      throw new RefusedException(refusal.get());
    }
    next.accept(principal);
  }

  private static Authenticate command(WebSocketFrame frame) {
    if (frame.content().readableBytes() > MAX_BYTES) {
      throw RefusedException.of(
          ErrorCode.FRAME_TOO_LARGE, "authenticate: expected " + MAX_BYTES + " bytes at most");
    }
    byte[] text = ByteBufUtil.getBytes(frame.content());
    if (!frame.isFinalFragment() || !Utf8.isValid(text)) {
      throw RefusedException.of(ErrorCode.BAD_FRAME, "authenticate: expected one whole text frame");
    }
    if (MessageCodec.decode(text) instanceof Authenticate command) {
      return command;
    }
    throw RefusedException.of(
        ErrorCode.UNAUTHENTICATED, "type: expected authenticate as the first frame");
  }

  private void refuse(ServerSignal answer, CloseReason reason) {
    closer.writer().text(Frame.of(MessageCodec.encode(answer)));
    closer.close(reason);
  }
}
