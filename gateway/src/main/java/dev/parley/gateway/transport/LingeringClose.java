package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a socket so that the peer receives the last bytes written. A plain close with unread input
 * would reset the socket, and those bytes could be lost (RFC 9112, section 9.6).
 */
final class LingeringClose {

  private LingeringClose() {}

  /**
   * Shuts down output after the last write, then closes the socket when the peer has closed too or
   * after the timeout. Input is read meanwhile; the pipeline must drop it. Called on the channel's
   * loop.
   */
  static void after(ChannelFuture lastWrite, Duration timeout) {
    Channel channel = lastWrite.channel();
    Future<?> timer =
        channel
            .eventLoop()
            .schedule((Runnable) channel::close, timeout.toNanos(), TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
    lastWrite.addListener(written -> halfClose(channel));
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false); // the peer's close ends it
    channel.config().setAutoRead(true);
  }

  private static void halfClose(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutDown(channel);
    } else {
      tls.closeOutbound().addListener(told -> shutDown(channel)); // else it looks cut off
    }
  }

  private static void shutDown(Channel channel) {
    if (channel instanceof DuplexChannel duplex && !duplex.isInputShutdown()) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }
}
