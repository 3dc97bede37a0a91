package dev.parley.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps nothing of a body before it is known who sends it. A request that is refused by its head is
 * answered at once, and its body dropped as it comes.
 */
final class BodyGateHandler extends ChannelInboundHandlerAdapter {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RequestHeads heads;
  private final int mostBytes;
  private boolean isDropping;
  private long dropped;

  /** Drops so many bytes of a body before it ends the socket. */
  BodyGateHandler(RequestHeads heads, int mostBytes) {
    this.heads = heads;
    this.mostBytes = mostBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request && hasBody(request)) {
      begin(ctx, request);
    }
    if (isDropping) {
      drop(ctx, message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private static boolean hasBody(HttpRequest request) {
    return HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0;
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    Optional<FullHttpResponse> answer = heads.answer(ctx, request);
    isDropping = answer.isPresent();
    dropped = 0;
    answer.ifPresent(response -> write(ctx, request, response));
  }

  /** Who waits for leave to send the body does not send it: nobody could tell what comes next. */
  private static void write(
      ChannelHandlerContext ctx, HttpRequest request, FullHttpResponse response) {
    if (HttpUtil.is100ContinueExpected(request)) {
      HttpUtil.setKeepAlive(response, false);
    }
    ctx.writeAndFlush(response);
  }

  private void drop(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpContent content) {
      dropped += content.content().readableBytes();
    }
    isDropping = !(message instanceof LastHttpContent);
    ReferenceCountUtil.release(message);
    if (isDropping && dropped > mostBytes) {
      dropped = Long.MIN_VALUE; // once
      Farewell.after(ctx.newSucceededFuture(), PATIENCE);
    }
  }
}
