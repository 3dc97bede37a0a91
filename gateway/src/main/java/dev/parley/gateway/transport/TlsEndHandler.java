package dev.parley.gateway.transport;

import dev.parley.gateway.transport.TlsGuardHandler.Outcome;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLException;

/**
 * Turns what happens to TLS into what happens to a socket: the peer's closure is the end of the
 * input, and a record that cannot be read is a lost socket. Called on the channel's loop.
 */
final class TlsEndHandler extends ChannelDuplexHandler {

  private final TlsGuardHandler guard;

  TlsEndHandler(TlsGuardHandler guard) {
    this.guard = guard;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      guard.handshakeEnded(outcome(ctx, handshake));
    } else if (event instanceof SslCloseCompletionEvent closed) {
      if (closed.isSuccess()) {
        endInput(ctx);
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private static Outcome outcome(ChannelHandlerContext ctx, SslHandshakeCompletionEvent handshake) {
    return handshake.isSuccess()
        ? Outcome.DONE
        : ctx.channel().isActive() ? Outcome.FAILED : Outcome.LOST;
  }

  /** As a plain socket whose peer has shut down its side. */
  private static void endInput(ChannelHandlerContext ctx) {
    if (ctx.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE)) {
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    } else {
      ctx.close();
    }
  }

  @Override
  @SuppressWarnings("deprecation") // what TLS refuses is told to nobody else
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof SSLException
        || (cause instanceof DecoderException && cause.getCause() instanceof SSLException)) {
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  /** A peer that takes no bytes is not told of the end, so that nothing waits for it. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
    if (waiting != null && waiting.totalPendingWriteBytes() > 0) {
      ctx.pipeline().context(guard).close(promise);
    } else {
      ctx.close(promise);
    }
  }
}
