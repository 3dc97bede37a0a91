package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses messages (RFC 7692, section 7.2.2) and passes each on as one text frame. The
 * fragments of one are kept as they came, within the bounds of {@link FrameLimitHandler}, until it
 * is whole. Its text has the bounds of a message that is not compressed.
 */
final class InflateHandler extends ChannelInboundHandlerAdapter {

  private final Compression compression;
  private final int maxText;
  private final FrameLimitHandler limits;
  private final Closer closer;
  private @Nullable ByteBuf begun;

  InflateHandler(Compression compression, int maxText, FrameLimitHandler limits, Closer closer) {
    this.compression = compression;
    this.maxText = maxText;
    this.limits = limits;
    this.closer = closer;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof WebSocketFrame frame && (begun != null || isCompressed(frame))) {
      try {
        take(ctx, frame);
      } finally {
        frame.release();
      }
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private static boolean isCompressed(WebSocketFrame frame) {
    return frame.rsv() == CompressedFrameDecoder.RSV1;
  }

  private void take(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (begun == null && frame.isFinalFragment()) {
      inflate(ctx, frame.content());
      return;
    }
    if (begun == null) {
      begun = ctx.alloc().buffer(frame.content().readableBytes());
    }
    begun.writeBytes(frame.content());
    if (frame.isFinalFragment()) {
      try {
        inflate(ctx, begun);
      } finally {
        drop();
      }
    }
  }

  private void inflate(ChannelHandlerContext ctx, ByteBuf payload) {
    int bytes = payload.readableBytes();
    ByteBuf text = ctx.alloc().heapBuffer(Math.min(maxText, 2 * bytes));
    Optional<CloseReason> objection = compression.inflater().inflate(payload, text, maxText);
    int more = Math.max(0, text.readableBytes() - bytes);
    compression.metrics().inflated(text.readableBytes(), bytes);
    if (objection.isEmpty() && !limits.take(more, ctx.executor().ticker().nanoTime())) {
      objection = Optional.of(CloseReason.FLOOD);
    }
    if (objection.isEmpty()) {
      ctx.fireChannelRead(new TextWebSocketFrame(true, 0, text));
    } else {
      text.release();
      new Violation(objection.get()).pass(ctx, closer);
    }
  }

  private void drop() {
    if (begun != null) {
      begun.release();
      begun = null;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }
}
