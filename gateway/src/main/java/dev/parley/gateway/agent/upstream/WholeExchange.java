package dev.parley.gateway.agent.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request and its whole answer, on a connection of its own. Cancelling the result closes the
 * connection. Used on its loop only, but for {@link #begin}.
 */
final class WholeExchange extends ChannelInboundHandlerAdapter implements Connector.Listener {

  private final EventLoop loop;
  private final Exchange.Settings settings;
  private final FullHttpRequest request;
  private final int maxBytes;
  private final CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private Runnable stopConnecting = () -> {};
  private Runnable timer = () -> {};
  private @Nullable Channel channel;
  private @Nullable HttpResponse head;
  private boolean isSent;

  /** An exchange that is yet to begin; the request is released when it is over. */
  WholeExchange(EventLoop loop, Exchange.Settings settings, FullHttpRequest request, int maxBytes) {
    this.loop = loop;
    this.settings = settings;
    this.request = request;
    this.maxBytes = maxBytes;
  }

  /** Connects to the host of the address, and sends the request. Callable from any thread. */
  CompletableFuture<HttpAnswer> begin(URI target) {
    loop.execute(() -> connect(target));
    result.whenComplete((answer, failure) -> loop.execute(this::finish));
    return result;
  }

  private void connect(URI target) {
    if (!result.isDone()) {
      Duration timeout = settings.config().connectTimeout();
      timer = after(timeout, Failures.connectTimeout(timeout));
      stopConnecting = settings.connector().connect(target, loop, this);
    }
  }

  private void finish() {
    timer.run();
    stopConnecting.run();
    if (channel != null) {
      channel.close();
    }
    if (request.refCnt() > 0) {
      request.release();
    }
  }

  private Runnable after(Duration delay, Failure failure) {
    return settings.time().schedule(loop, delay, () -> fail(failure));
  }

  private void fail(Failure failure) {
    result.completeExceptionally(failure.error());
  }

  @Override
  public void connected(Channel connected, boolean secure) {
    channel = connected;
    connected.pipeline().addLast(this);
    if (!secure) {
      send();
    }
    connected.read();
  }

  @Override
  public void connectFailed(Throwable cause) {
    fail(Failures.unreachable(cause));
  }

  private void send() {
    Channel open = channel;
    if (result.isDone() || open == null) {
      return;
    }
    isSent = true;
    timer.run();
    Duration timeout = settings.config().firstByteTimeout();
    timer = after(timeout, Failures.firstByteTimeout(timeout));
    open.writeAndFlush(request.retain());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        send();
      } else {
        fail(Failures.unreachable(handshake.cause()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!result.isDone() && message instanceof HttpObject part) {
        take(part);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(HttpObject part) {
    if (part.decoderResult().isFailure()) {
      fail(Failures.protocol("The service does not answer in HTTP/1.1"));
      return;
    }
    if (part instanceof HttpResponse begun) {
      head = begun.status().codeClass() == HttpStatusClass.INFORMATIONAL ? null : begun;
    }
    HttpResponse known = head;
    if (known == null) {
      return;
    }
    timer.run();
    Duration timeout = settings.config().idleTimeout();
    timer = after(timeout, Failures.idleTimeout(timeout));
    if (part instanceof HttpContent content) {
      append(content.content());
    }
    if (part instanceof LastHttpContent) {
      result.complete(
          new HttpAnswer(
              known.status().code(),
              known.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
              body.toByteArray(),
              RetryAfter.parse(
                  known.headers().get(HttpHeaderNames.RETRY_AFTER), settings.time().now())));
    }
  }

  private void append(ByteBuf bytes) {
    if (body.size() + bytes.readableBytes() > maxBytes) {
      fail(Failures.protocol("The service answered more than " + maxBytes + " bytes"));
      return;
    }
    try {
      bytes.readBytes(body, bytes.readableBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!result.isDone()) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(new IOException("closed"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(cause);
    ctx.close();
  }

  private void lost(Throwable cause) {
    fail(isSent ? Failures.disconnected() : Failures.unreachable(cause));
  }
}
