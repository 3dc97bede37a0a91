package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.monitor.Latency;
import dev.parley.gateway.trace.TraceSpan;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, on a connection of its own: up to the head of the answer. Its body is
 * read by an {@link AnswerBody}. Used on its loop only.
 */
final class Exchange extends ChannelInboundHandlerAdapter implements Connector.Listener {

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int SERVER_ERROR = 500;
  private static final String EVENT_STREAM = "text/event-stream";

  /** Told what happens to the request; {@code ended} or {@code failed} comes last, and once. */
  interface Owner {

    /** The service began to answer, and not with a failure of its own. */
    void answered();

    CompletionStage<Boolean> take(SseEvent event) throws UpstreamException;

    /** Whether a last event without its blank line is taken. */
    boolean takesUnended();

    /** Bytes came that are no whole event. */
    void alive();

    /** The stream that followed this head is over. */
    void ended(StreamEnd end, HttpAnswer head);

    /** All that was read of an answer that is no stream. */
    void whole(HttpAnswer answer, BodyEnd end);

    void failed(Failure failure);
  }

  /** What all exchanges of one service share. */
  record Settings(
      UpstreamConfig config,
      Connector connector,
      UpstreamTime time,
      ErrorText texts,
      Latency firstByte,
      RequestSpans spans,
      Runnable onRequest) {}

  private enum ExchangePhase {
    /** There is no connection, or its TLS is not ready. */
    CONNECTING,

    /** The request is sent, and the head of the answer awaited. */
    WAITING,

    /** The body is read. */
    READING,

    OVER
  }

  private final EventLoop loop;
  private final Settings settings;
  private final FullHttpRequest request;
  private final Owner owner;
  private final WholeBody.Limits limits;
  private ExchangePhase phase = ExchangePhase.CONNECTING;
  private Runnable stopConnecting = () -> {};
  private Runnable timer = () -> {};
  private @Nullable Channel channel;
  private @Nullable AnswerBody body;
  private TraceSpan span = TraceSpan.NONE;

  /** The head of an interim answer (1xx) was read, and its end not. */
  private boolean isInterim;

  private boolean isSecure;
  private long beganNanos;

  /** The body has no length of its own, and ends with the connection. */
  private boolean endsWithConnection;

  /** TLS was ended by the service, so that nothing can be missing. */
  private boolean isTlsEnded;

  private boolean isCut;

  /**
   * An exchange that is yet to begin; the request is released when it is over.
   *
   * @param limits how much is read of an answer that is kept as a whole
   */
  Exchange(
      EventLoop loop,
      Settings settings,
      FullHttpRequest request,
      Owner owner,
      WholeBody.Limits limits) {
    this.loop = loop;
    this.settings = settings;
    this.request = request;
    this.owner = owner;
    this.limits = limits;
  }

  /** Connects to the host of the address, and sends the request. */
  void begin(URI target) {
    settings.onRequest().run();
    beganNanos = settings.time().nanoTime();
    span = settings.spans().begin(request, target);
    Duration timeout = settings.config().connectTimeout();
    timer = after(timeout, () -> fail(Failures.connectTimeout(timeout)));
    stopConnecting = settings.connector().connect(target, loop, this);
  }

  @Override
  public void connected(Channel connected, boolean secure) {
    channel = connected;
    isSecure = secure;
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
    if (phase != ExchangePhase.CONNECTING || open == null) {
      return;
    }
    phase = ExchangePhase.WAITING;
    timer.run();
    Duration timeout = settings.config().firstByteTimeout();
    timer = after(timeout, () -> fail(Failures.firstByteTimeout(timeout)));
    open.writeAndFlush(request.retain())
        .addListener(
            sent -> {
              // When the connection is lost, the answer that may have come before tells more.
              if (!sent.isSuccess() && !(sent.cause() instanceof IOException)) {
                fail(Failures.protocol("The request cannot be sent"));
              }
            });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        send();
      } else {
        fail(Failures.unreachable(handshake.cause()));
      }
    } else if (event instanceof SslCloseCompletionEvent close) {
      isTlsEnded = close.isSuccess();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (phase != ExchangePhase.OVER && message instanceof HttpObject part) {
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
    if (part instanceof HttpResponse head) {
      takeHead(head);
    }
    if (part instanceof HttpContent content) {
      takeBody(content);
    }
  }

  private void takeHead(HttpResponse head) {
    int status = head.status().code();
    isInterim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (isInterim && status != SWITCHING_PROTOCOLS) {
      return;
    }
    timer.run();
    settings.firstByte().record(settings.time().nanoTime() - beganNanos);
    RequestSpans.answered(span, status);
    if (status < SERVER_ERROR) {
      owner.answered();
    }
    String contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (isInterim) {
      fail(Failures.protocol("The service switched to another protocol"));
      return;
    }
    boolean isSuccess = head.status().codeClass() == HttpStatusClass.SUCCESS;
    boolean isStream = isSuccess && limits.streams() && isEventStream(contentType);
    if (isSuccess && (isStream || limits.isWanted()) && isCompressed(head)) {
      fail(Failures.protocol("The service compressed its answer, which was not asked for"));
      return;
    }
    phase = ExchangePhase.READING;
    endsWithConnection =
        !HttpUtil.isTransferEncodingChunked(head) && !HttpUtil.isContentLengthSet(head);
    HttpAnswer known = HttpAnswer.headOf(head, settings.time().now(), settings.texts());
    body = isStream ? new EventBody(this, owner, known) : new WholeBody(this, owner, known, limits);
  }

  private static boolean isEventStream(String contentType) {
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.strip().equalsIgnoreCase(EVENT_STREAM);
  }

  private static boolean isCompressed(HttpResponse head) {
    String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, "");
    return !encoding.isBlank()
        && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding.strip());
  }

  private void takeBody(HttpContent content) {
    // The end of an interim answer has no body; the one that counts is still to come.
    if (phase == ExchangePhase.READING && body != null) {
      boolean isLast = content instanceof LastHttpContent;
      body.take(
          content.content(),
          isLast && !(endsWithConnection && (isCut || (isSecure && !isTlsEnded))));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readOn();
    ctx.fireChannelReadComplete();
  }

  /** Reads more, if all that was read is taken. */
  void readOn() {
    if (channel != null && phase != ExchangePhase.OVER && (body == null || body.wantsMore())) {
      channel.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(null);
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(cause);
    ctx.close();
  }

  private void lost(@Nullable Throwable cause) {
    isCut = true;
    switch (phase) {
      case CONNECTING ->
          fail(Failures.unreachable(cause == null ? new IOException("closed") : cause));
      case WAITING ->
          // A service that wants a certificate says so after its side of the handshake.
          fail(
              cause != null && cause.getCause() instanceof SSLException
                  ? Failures.unreachable(cause)
                  : Failures.disconnected());
      case READING -> {
        if (body != null) {
          body.cut();
        }
      }
      case OVER -> {}
    }
  }

  /** Sets the one timer of the body. */
  void watch(Duration delay, Runnable task) {
    timer.run();
    timer = after(delay, task);
  }

  Settings settings() {
    return settings;
  }

  boolean isOver() {
    return phase == ExchangePhase.OVER;
  }

  /** Runs the task on the loop. */
  void later(Runnable task) {
    loop.execute(task);
  }

  private Runnable after(Duration delay, Runnable task) {
    return settings.time().schedule(loop, delay, task);
  }

  /** Closes the connection and tells the owner why. */
  void fail(Failure failure) {
    if (phase != ExchangePhase.OVER) {
      span.fail(failure.error().code().wire());
      finish();
      owner.failed(failure);
    }
  }

  /** Closes the connection; the owner is told nothing. */
  void finish() {
    if (phase == ExchangePhase.OVER) {
      return;
    }
    phase = ExchangePhase.OVER;
    span.end();
    timer.run();
    stopConnecting.run();
    if (body != null) {
      body.release();
    }
    request.release();
    if (channel != null) {
      channel.close();
    }
  }
}
