package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import java.util.Optional;

/**
 * The first thing that a peer did wrong. It travels through the pipeline in its place among the
 * frames, so that what came before it is answered before the Close frame.
 */
record Violation(CloseReason reason) {

  /** The violation that a decoder has found; empty for any other exception. */
  static Optional<Violation> of(Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      return Optional.of(new Violation(reason(corrupted.closeStatus().code())));
    }
    if (cause instanceof TooLongFrameException) {
      return Optional.of(new Violation(CloseReason.TOO_LARGE));
    }
    return cause instanceof CodecException
        ? Optional.of(new Violation(CloseReason.BROKEN_FRAMING))
        : Optional.empty();
  }

  private static CloseReason reason(int code) {
    return switch (code) {
      case 1007 -> CloseReason.BAD_UTF8;
      case 1009 -> CloseReason.TOO_LARGE;
      default -> CloseReason.BROKEN_FRAMING;
    };
  }

  /** Drops all further input, and passes the violation on to the end of the pipeline. */
  void pass(ChannelHandlerContext ctx, Closer closer) {
    closer.closeSoon(reason);
    ctx.fireChannelRead(this);
  }
}
