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
 * The one place that ends a WebSocket (RFC 6455, section 7) or a stream: with a catalogued reason,
 * one Close frame, counted once. What comes in after that is dropped. Called on the channel's loop.
 */
final class Closer extends ChannelInboundHandlerAdapter {

  static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int NO_CODE = -1;

  private final FrameWriter writer;
  private Consumer<String> onClose;
  private @Nullable String reason;
  private @Nullable ChannelFuture closeFrame;

  /** Ends a WebSocket also when it has taken no byte for so long while some waited for it. */
  Closer(Channel channel, Framing framing, Duration mostStalled, Metrics metrics) {
    this.onClose = metrics::authenticationFailed;
    StallTimer stall = new StallTimer(channel, mostStalled, () -> close(CloseReason.NOT_READING));
    this.writer = new FrameWriter(channel, framing, stall, metrics);
  }

  /** What writes to the same channel. */
  FrameWriter writer() {
    return writer;
  }

  /** The user is known: from now on this is told, once, why the end begins. */
  void onClose(Consumer<String> listener) {
    onClose = listener;
  }

  boolean isClosing() {
    return reason != null;
  }

  /** Ends the WebSocket, behind everything already written. Only the first call counts. */
  void close(CloseReason reason) {
    writer.check();
    if (begin(reason.name())) {
      closeFrame = writer.close(reason.code(), reason.text());
      Farewell.after(closeFrame, PATIENCE);
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
      Farewell.after(closeFrame, PATIENCE);
      closeFrame.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** RFC 6455, section 7.4, with what IANA has registered since. */
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
