package dev.parley.gateway.transport;

import dev.parley.gateway.transport.TlsGuardHandler.Outcome;
import io.netty.channel.Channel;
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
  private final TlsSteps steps;
  private boolean isInputOver;

  TlsEndHandler(TlsGuardHandler guard, TlsSteps steps) {
    this.guard = guard;
    this.steps = steps;
  }

  /** Whether the peer of this channel has ended its side of TLS; without TLS it has not. */
  static boolean isInputOver(Channel channel) {
    TlsEndHandler end = channel.pipeline().get(TlsEndHandler.class);
    return end != null && end.isInputOver;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    guard.dataDecoded();
    ctx.fireChannelRead(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      guard.handshakeEnded(outcome(ctx, handshake));
      steps.handshakeEnded();
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
  private void endInput(ChannelHandlerContext ctx) {
    isInputOver = true;
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

  /**
   * A peer that takes no bytes is not told of the end, so that nothing waits for it. Whether it
   * takes them is seen when the flush is over that may be going on: a listener of the last write
   * closes too.
   */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (hasWaiting(ctx.channel()) && !ctx.executor().isShuttingDown()) {
      HomeMove.execute(ctx.channel(), () -> closeAfterFlush(ctx, promise));
    } else {
      ctx.close(promise);
    }
  }

  private void closeAfterFlush(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (hasWaiting(ctx.channel())) {
      ctx.pipeline().context(guard).close(promise);
    } else {
      ctx.close(promise);
    }
  }

  private static boolean hasWaiting(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() > 0;
  }
}
