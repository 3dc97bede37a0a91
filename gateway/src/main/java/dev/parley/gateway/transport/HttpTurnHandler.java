package dev.parley.gateway.transport;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * One request at a time: the next is not read before the client has taken the answer, so requests
 * and answers cannot pile up. Taking the answer and sending the next request each have a deadline.
 */
final class HttpTurnHandler extends ChannelDuplexHandler {

  private final DeadlineHandler deadline;
  private boolean isRead;
  private boolean isAnswered;

  HttpTurnHandler(DeadlineHandler deadline) {
    this.deadline = deadline;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest) {
      isRead = false;
      isAnswered = false;
    }
    if (message instanceof LastHttpContent) {
      isRead = true;
      if (!isAnswered) {
        deadline.met();
        ctx.channel().config().setAutoRead(false);
      }
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    boolean isEnd = message instanceof LastHttpContent && !isInformational(message);
    if (isEnd) {
      isAnswered = true;
      deadline.restart(ctx);
      promise = promise.unvoid().addListener(written -> next(ctx));
    }
    ctx.write(message, promise);
  }

  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void next(ChannelHandlerContext ctx) {
    if (isRead && !ctx.isRemoved() && ctx.channel().isActive()) {
      deadline.restart(ctx);
      ctx.channel().config().setAutoRead(true);
    }
  }
}
