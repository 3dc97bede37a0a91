package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Accepts sockets in small batches. The next batch is accepted after every loop has run its tasks
 * once: when all clients reconnect together, handshakes alternate with the work of open
 * connections. Sockets that are not accepted yet wait in the kernel's queue, where no deadline
 * runs. In the pipeline of the listening channel; called on its loop.
 */
final class AcceptBatchHandler extends ChannelInboundHandlerAdapter {

  static final int BATCH = 16;

  /** A task with a delay runs after the reads of sockets that are ready by then. */
  static final long DELAY_MILLIS = 1;

  private final EventLoopGroup loops;
  private int accepted;

  AcceptBatchHandler(EventLoopGroup loops) {
    this.loops = loops;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object socket) {
    ctx.fireChannelRead(socket);
    if (++accepted == BATCH) {
      accepted = 0;
      ctx.channel().config().setAutoRead(false);
      awaitLoops(ctx.channel());
    }
  }

  private void awaitLoops(Channel listener) {
    AtomicInteger left = new AtomicInteger(1);
    for (EventExecutor loop : loops) {
      left.incrementAndGet();
      var ignored =
          loop.schedule(() -> loopRan(left, listener), DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
    loopRan(left, listener);
  }

  private static void loopRan(AtomicInteger left, Channel listener) {
    if (left.decrementAndGet() == 0) {
      listener.eventLoop().execute(() -> listener.config().setAutoRead(true));
    }
  }
}
