package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.CloseReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes a WebSocket (RFC 6455, section 7) or an event stream. Nothing else does. A close has a
 * {@link CloseReason}, writes one Close frame and is counted once. Input after it is dropped.
 * Called on the channel's loop.
 */
final class Closer extends ChannelInboundHandlerAdapter {

  static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int NO_CODE = -1;

  private final FrameWriter writer;
  private Consumer<String> onClose;
  private @Nullable String reason;
  private @Nullable ChannelFuture closeFrame;

  /** Also closes when the peer takes no byte for this time while some wait for it. */
  Closer(Channel channel, Framing framing, Duration stallTimeout, Metrics metrics) {
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

  /** Closes after everything already written. Only the first call counts. */
  void close(CloseReason reason) {
    writer.check();
    if (begin(reason.name())) {
      closeFrame = writer.close(reason.code(), reason.text());
      LingeringClose.after(closeFrame, PATIENCE);
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
      closedByPeer(frame.statusCode());
      frame.release();
    } else if (isClosing()) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void closedByPeer(int code) {
    if (closeFrame != null) {
      closeFrame.addListener(ChannelFutureListener.CLOSE);
    } else if (code != NO_CODE && !isValid(code)) {
      close(CloseReason.BROKEN_FRAMING);
    } else if (begin("peer")) {
      closeFrame = code == NO_CODE ? writer.close() : writer.close(code, "");
      LingeringClose.after(closeFrame, PATIENCE);
      closeFrame.addListener(ChannelFutureListener.CLOSE);
    }
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
