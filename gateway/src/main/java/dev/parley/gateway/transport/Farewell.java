package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a socket that the peer shall hear of. A plain close with input unread would reset it,
 * and the last bytes written with it.
 */
final class Farewell {

  private Farewell() {}

  /**
   * Half closes the socket once its last bytes are written and closes it when the peer has closed
   * too, or when the patience is over. Reads on meanwhile; the pipeline must drop what comes.
   */
  static void after(ChannelFuture lastWrite, Duration patience) {
    Channel channel = lastWrite.channel();
    Future<?> timer =
        channel
            .eventLoop()
            .schedule((Runnable) channel::close, patience.toNanos(), TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
    lastWrite.addListener(written -> halfClose(channel));
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false); // the peer's end is ours
    channel.config().setAutoRead(true);
  }

  private static void halfClose(Channel channel) {
    if (channel instanceof DuplexChannel duplex && !duplex.isInputShutdown()) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }
}
