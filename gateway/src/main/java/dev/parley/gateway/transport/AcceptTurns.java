package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Accepts a few sockets at a time, and the next ones when every loop has had a turn since: when all
 * clients come back at once, handshakes take turns with those who are connected already, and who is
 * not accepted yet waits in the kernel's queue, where no deadline runs. In the pipeline of a
 * listener's own channel; called on its loop.
 */
final class AcceptTurns extends ChannelInboundHandlerAdapter {

  static final int AT_ONCE = 16;

  /** What is due later than now runs behind what is ready on the sockets by then. */
  static final long TURN_MILLIS = 1;

  private final EventLoopGroup loops;
  private int accepted;

  AcceptTurns(EventLoopGroup loops) {
    this.loops = loops;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object socket) {
    ctx.fireChannelRead(socket);
    if (++accepted == AT_ONCE) {
      accepted = 0;
      ctx.channel().config().setAutoRead(false);
      awaitTurns(ctx.channel());
    }
  }

  private void awaitTurns(Channel listener) {
    AtomicInteger left = new AtomicInteger(1);
    for (EventExecutor loop : loops) {
      left.incrementAndGet();
      var ignored =
          loop.schedule(() -> hadTurn(left, listener), TURN_MILLIS, TimeUnit.MILLISECONDS);
    }
    hadTurn(left, listener);
  }

  private static void hadTurn(AtomicInteger left, Channel listener) {
    if (left.decrementAndGet() == 0) {
      listener.eventLoop().execute(() -> listener.config().setAutoRead(true));
    }
  }
}
