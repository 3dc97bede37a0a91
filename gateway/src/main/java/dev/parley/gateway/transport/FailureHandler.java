package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles every exception of a pipeline. A violation by the peer gets its close code. A lost socket
 * is closed. Everything else is an internal error; it is logged without its message, which may
 * contain payload.
 */
@Sharable
final class FailureHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);

  private static final Refusal FAULT = Refusal.of(ErrorCode.INTERNAL, "Internal error.");

  private final Refusals refusals;

  FailureHandler(Refusals refusals) {
    this.refusals = refusals;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Violation violation) {
      end(ctx, violation.reason()); // of a connection whose user is unknown
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // only the handler at the tail may implement it, and this is it
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof UncheckedIOException) {
      ctx.close();
      return;
    }
    CloseReason reason = Violation.of(cause).map(Violation::reason).orElse(CloseReason.FAULT);
    if (reason == CloseReason.FAULT) {
      LOG.error("{}: {}", ctx.channel().id(), nameOf(cause));
    }
    end(ctx, reason);
  }

  private void end(ChannelHandlerContext ctx, CloseReason reason) {
    Closer closer = ctx.pipeline().get(Closer.class);
    if (closer != null) {
      closer.close(reason);
    } else if (reason == CloseReason.FAULT) {
      refusals.refuse(ctx, FAULT);
    } else if (ctx.pipeline().get(HandlerNames.HTTP_DISCARD) == null) {
      ctx.close();
    } // else the client still has to read why it is refused: closed now, the socket would be reset
  }

  /** What it is and where it comes from, without its message. */
  static String nameOf(Throwable cause) {
    StackTraceElement[] trace = cause.getStackTrace();
    return cause.getClass().getName() + " at " + (trace.length == 0 ? "?" : trace[0]);
  }
}
