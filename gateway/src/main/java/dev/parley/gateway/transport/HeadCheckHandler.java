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
import java.util.concurrent.CompletableFuture;

/**
 * Checks the head of a request before its body is kept. A request that is refused by its head is
 * answered at once, and its body is dropped. While its token is verified nothing is read.
 */
final class HeadCheckHandler extends ChannelInboundHandlerAdapter {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final HeadCheck heads;
  private final int maxBytes;
  private boolean isDropping;
  private long dropped;

  /** Drops up to this many bytes of a body, then closes the socket. */
  HeadCheckHandler(HeadCheck heads, int maxBytes) {
    this.heads = heads;
    this.maxBytes = maxBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request && hasBody(request)) {
      begin(ctx, request);
    } else {
      pass(ctx, message);
    }
  }

  private void pass(ChannelHandlerContext ctx, Object message) {
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
    CompletableFuture<Optional<FullHttpResponse>> answer =
        heads.answer(ctx, request).toCompletableFuture();
    if (answer.isDone()) {
      begin(ctx, request, answer.join());
      return;
    }
    ctx.channel().config().setAutoRead(false); // the flow control keeps what comes after the head
    var ignored = answer.thenAccept(found -> resume(ctx, request, found));
  }

  private void resume(
      ChannelHandlerContext ctx, HttpRequest request, Optional<FullHttpResponse> answer) {
    if (ctx.isRemoved() || !ctx.channel().isActive()) {
      answer.ifPresent(ReferenceCountUtil::release);
      return;
    }
    try {
      begin(ctx, request, answer);
      ctx.channel().config().setAutoRead(true);
    } catch (RuntimeException fault) {
      ctx.fireExceptionCaught(fault);
    }
  }

  private void begin(
      ChannelHandlerContext ctx, HttpRequest request, Optional<FullHttpResponse> answer) {
    isDropping = answer.isPresent();
    dropped = 0;
    answer.ifPresent(response -> write(ctx, request, response));
    pass(ctx, request);
  }

  /** After {@code Expect} the client may omit the body, so the next byte would be ambiguous. */
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
    if (isDropping && dropped > maxBytes) {
      dropped = Long.MIN_VALUE; // once
      LingeringClose.after(ctx.newSucceededFuture(), PATIENCE);
    }
  }
}
