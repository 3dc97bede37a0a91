package dev.parley.gateway.transport;

import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a WebSocket (RFC 6455, section 7) or an event stream. Nothing else does. A close has a
 * {@link CloseReason}, writes one Close frame and is counted once. Input after it is dropped.
 * Called on the channel's loop.
 */
final class Closer extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int NO_CODE = -1;

  private final Channel channel;
  private final FrameWriter writer;
  private Consumer<String> onClose;
  private @Nullable String reason;
  private @Nullable ChannelFuture closeFrame;
  private boolean isDeaf;
  private boolean isClosedByPeer;

  /** Also closes when the peer takes no byte for this time while some wait for it. */
  Closer(Channel channel, Framing framing, Duration stallTimeout, Metrics metrics) {
    this.channel = channel;
    this.onClose = metrics::authenticationFailed;
    StallTimer stall = new StallTimer(channel, stallTimeout, () -> close(CloseReason.NOT_READING));
    this.writer = new FrameWriter(channel, framing, stall, metrics);
  }

  /** The writer of the same channel. */
  FrameWriter writer() {
    return writer;
  }

  /** Calls this once with the reason when the close begins, in place of the listener before. */
  void onClose(Consumer<String> listener) {
    writer.check();
    onClose = listener;
  }

  boolean isClosing() {
    return reason != null;
  }

  /**
   * Drops all further input. Closes with this reason after a patience, unless {@link #close} is
   * called before: when the commands that came first are answered. Only the first call counts.
   */
  void closeSoon(CloseReason reason) {
    writer.check();
    if (isDeaf || isClosing()) {
      return;
    }
    isDeaf = true;
    var ignored =
        channel
            .eventLoop()
            .schedule(
                () -> HomeMove.execute(channel, () -> close(reason)),
                PATIENCE.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  /** Closes after everything already written. Only the first call counts. */
  void close(CloseReason reason) {
    writer.check();
    if (begin(reason.name())) {
      end(() -> writer.close(reason.code(), reason.text()));
    }
  }

  /** A socket for which no Close frame can be made ends without one. */
  private void end(Supplier<ChannelFuture> close) {
    ChannelFuture written;
    try {
      written = close.get();
    } catch (RuntimeException | Error fault) {
      LOG.error("{}: no Close frame: {}", channel.id(), FailureHandler.nameOf(fault));
      channel.close();
      return;
    }
    closeFrame = written;
    if (!isClosedByPeer || !written.isDone()) {
      LingeringClose.after(written, PATIENCE);
    }
    if (isClosedByPeer) {
      written.addListener(ChannelFutureListener.CLOSE); // nothing more comes
    }
  }

  private boolean begin(String why) {
    if (isClosing()) {
      return false;
    }
    reason = why;
    onClose.accept(why);
    return true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof CloseWebSocketFrame frame) {
      closedByPeer(ctx, frame);
      frame.release();
    } else if (isDeaf || isClosing()) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void closedByPeer(ChannelHandlerContext ctx, CloseWebSocketFrame frame) {
    isClosedByPeer = true;
    int code = frame.statusCode();
    if (closeFrame != null) {
      closeFrame.addListener(ChannelFutureListener.CLOSE);
    } else if (isDeaf) {
      return; // the Close of the gateway comes soon
    } else if (code != NO_CODE && !isValid(code)) {
      new Violation(CloseReason.BROKEN_FRAMING).pass(ctx, this);
    } else if (code != NO_CODE && !Utf8.isValid(reasonOf(frame))) {
      new Violation(CloseReason.BAD_UTF8).pass(ctx, this);
    } else if (begin("peer")) {
      end(() -> code == NO_CODE ? writer.close() : writer.close(code, ""));
    }
  }

  /** Netty's check of it takes half a character at its end. */
  private static byte[] reasonOf(CloseWebSocketFrame frame) {
    ByteBuf payload = frame.content();
    return ByteBufUtil.getBytes(
        payload, payload.readerIndex() + Short.BYTES, payload.readableBytes() - Short.BYTES);
  }

  /** RFC 6455, section 7.4, and the codes that IANA has registered since. */
  private static boolean isValid(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    begin("lost");
    ctx.fireChannelInactive();
  }
}
