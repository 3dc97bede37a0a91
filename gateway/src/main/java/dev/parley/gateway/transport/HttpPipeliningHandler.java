package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;

/**
 * Processes one request at a time: the next is read after the client has taken the response, so
 * requests and responses cannot accumulate. Taking the response and sending the next request each
 * have a deadline. A client that shuts down its side after a request is answered first, in HTTP
 * only.
 */
final class HttpPipeliningHandler extends ChannelDuplexHandler {

  private static final String KEEP_ALIVE = "keep-alive";

  private final DeadlineHandler deadline;
  private final String keepAlive;
  private boolean isKept;
  private boolean isRead;
  private boolean isAnswered;
  private boolean isTaken;
  private boolean isInputOver;

  /** Announces this time in {@code Keep-Alive}. */
  HttpPipeliningHandler(DeadlineHandler deadline, Duration keepAlive) {
    this.deadline = deadline;
    this.keepAlive = "timeout=" + keepAlive.toSeconds();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (deadline.isIdle()) {
      deadline.restart(ctx); // it was read together with the request before
    }
    if (message instanceof HttpRequest request) {
      begin(request);
    }
    if (message instanceof LastHttpContent) {
      isRead = true;
      if (isTaken) {
        next(ctx);
      } else {
        awaitAnswer(ctx);
      }
    }
    ctx.fireChannelRead(message);
  }

  private void begin(HttpRequest request) {
    isKept = HttpUtil.isKeepAlive(request);
    isRead = false;
    isAnswered = false;
    isTaken = false;
  }

  private void awaitAnswer(ChannelHandlerContext ctx) {
    if (!isAnswered) {
      deadline.met();
    }
    ctx.channel().config().setAutoRead(false);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    boolean isFinal = !isInformational(message);
    if (isFinal && message instanceof HttpResponse response && isKept && !isInputOver) {
      addKeepAlive(response);
    }
    if (isFinal && message instanceof LastHttpContent) {
      isAnswered = true;
      deadline.restart(ctx);
      promise = promise.unvoid().addListener(written -> taken(ctx));
    }
    ctx.write(message, promise);
  }

  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void addKeepAlive(HttpResponse response) {
    if (HttpUtil.isKeepAlive(response)) {
      response.headers().set(KEEP_ALIVE, keepAlive);
    }
  }

  private void taken(ChannelHandlerContext ctx) {
    isTaken = true;
    if (isRead && !ctx.isRemoved() && ctx.channel().isActive()) {
      next(ctx);
    }
  }

  private void next(ChannelHandlerContext ctx) {
    deadline.idle(ctx);
    ctx.channel().config().setAutoRead(true); // passes on what was read before, in this call
    endIfOver(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      isInputOver = true;
      endIfOver(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  private void endIfOver(ChannelHandlerContext ctx) {
    boolean isUnderWay = isRead && !isTaken;
    if (isInputOver && !isUnderWay) {
      ctx.close();
    }
  }

  /** A WebSocket or an event stream closes when the client shuts down its side. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    HomeMove.execute(channel, () -> closeWithInput(channel)); // later: it may be about to move
  }

  private void closeWithInput(Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    boolean isOver =
        isInputOver
            || TlsEndHandler.isInputOver(channel)
            || (channel instanceof DuplexChannel duplex && duplex.isInputShutdown());
    if (isOver) {
      channel.flush(); // the answer to the handshake goes first
      channel.close();
    }
  }
}
