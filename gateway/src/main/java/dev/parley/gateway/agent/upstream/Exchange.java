package dev.parley.gateway.agent.upstream;

import io.netty.buffer.ByteBuf;
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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, on a connection of its own. Reads on only when all that was read is
 * taken. Used on its loop only.
 */
final class Exchange extends ChannelInboundHandlerAdapter implements Connector.Listener {

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int SERVER_ERROR = 500;
  private static final String EVENT_STREAM = "text/event-stream";
  private static final Duration ERROR_BODY_TIME = Duration.ofSeconds(5);

  /** Told what happens to the request; {@code ended} or {@code failed} comes last, and once. */
  interface Owner {

    /** The service began to answer, and not with a failure of its own. */
    void answered();

    CompletionStage<Boolean> take(SseEvent event) throws UpstreamException;

    /** Whether a last event without its blank line is taken. */
    boolean takesUnended();

    /** Bytes came that are no whole event. */
    void alive();

    void ended(StreamEnd end);

    void failed(Failure failure);
  }

  /** What all exchanges of one service share. */
  record Settings(UpstreamConfig config, Connector connector, UpstreamTime time, ErrorText texts) {}

  private enum ExchangePhase {
    /** There is no connection, or its TLS is not ready. */
    CONNECTING,

    /** The request is sent, and the head of the answer awaited. */
    WAITING,

    /** The body is a stream of events. */
    STREAMING,

    /** The body is something else, of which the beginning is read. */
    REFUSED,

    OVER
  }

  private final EventLoop loop;
  private final Settings settings;
  private final FullHttpRequest request;
  private final Owner owner;
  private final SseReader reader = new SseReader();
  private final Deque<ByteBuf> unread = new ArrayDeque<>();
  private ExchangePhase phase = ExchangePhase.CONNECTING;
  private Runnable stopConnecting = () -> {};
  private Runnable timer = () -> {};
  private @Nullable Channel channel;
  private @Nullable RefusedAnswer refused;

  /** The head of an interim answer (1xx) was read, and its end not. */
  private boolean isInterim;

  private boolean isSecure;

  /** The body has no length of its own, and ends with the connection. */
  private boolean endsWithConnection;

  /** TLS was ended by the service, so that nothing can be missing. */
  private boolean isTlsEnded;

  /** The listener has not completed its last event. */
  private boolean isHeld;

  /** An event came out of the bytes that were read last. */
  private boolean hasGiven;

  private boolean isBodyRead;
  private boolean isReaderAtEnd;
  private boolean isCut;
  private long lastByteNanos;

  /** An exchange that is yet to begin; the request is released when it is over. */
  Exchange(EventLoop loop, Settings settings, FullHttpRequest request, Owner owner) {
    this.loop = loop;
    this.settings = settings;
    this.request = request;
    this.owner = owner;
  }

  /** Connects to the host of the address, and sends the request. */
  void begin(URI target) {
    Duration timeout = settings.config().connectTimeout();
    timer = after(timeout, () -> fail(Failures.connectTimeout(timeout)));
    stopConnecting = settings.connector().connect(target, loop, this);
  }

  /** Closes the connection; the owner is told nothing. */
  void cancel() {
    finish();
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
    if (status < SERVER_ERROR) {
      owner.answered();
    }
    String contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (isInterim) {
      fail(Failures.protocol("The service switched to another protocol"));
      return;
    }
    boolean isStream =
        head.status().codeClass() == HttpStatusClass.SUCCESS && isEventStream(contentType);
    if (!isStream) {
      phase = ExchangePhase.REFUSED;
      refused =
          new RefusedAnswer(
              status,
              contentType,
              RetryAfter.parse(
                  head.headers().get(HttpHeaderNames.RETRY_AFTER), settings.time().now()));
      timer = after(ERROR_BODY_TIME, this::refuse);
    } else if (isCompressed(head)) {
      fail(Failures.protocol("The service compressed its answer, which was not asked for"));
    } else {
      phase = ExchangePhase.STREAMING;
      endsWithConnection =
          !HttpUtil.isTransferEncodingChunked(head) && !HttpUtil.isContentLengthSet(head);
      heardByte();
      watchIdle(settings.config().idleTimeout());
    }
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
    boolean isLast = content instanceof LastHttpContent;
    switch (phase) {
      case REFUSED -> {
        if (refused == null || !refused.append(content.content()) || isLast) {
          refuse();
        }
      }
      case STREAMING -> {
        heardByte();
        boolean hasBytes = content.content().isReadable();
        if (hasBytes) {
          unread.add(content.content().retain());
        }
        isBodyRead = isLast && !(endsWithConnection && (isCut || (isSecure && !isTlsEnded)));
        hasGiven = false;
        giveEvents();
        if (hasBytes && !hasGiven && phase == ExchangePhase.STREAMING && !isHeld) {
          owner.alive();
        }
      }
      default -> {
        // The end of an interim answer; the one that counts is still to come.
      }
    }
  }

  private void refuse() {
    if (refused != null) {
      fail(refused.failure(settings.texts()));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readOn();
    ctx.fireChannelReadComplete();
  }

  private void readOn() {
    if (channel != null && phase != ExchangePhase.OVER && !isHeld && unread.isEmpty()) {
      channel.read();
    }
  }

  /** Gives the events of what was read to the listener, until it holds one. */
  private void giveEvents() {
    try {
      while (!isHeld && phase == ExchangePhase.STREAMING) {
        SseEvent event = nextEvent();
        if (event != null) {
          hasGiven = true;
          give(event);
        } else {
          endIfRead();
          return;
        }
      }
    } catch (UpstreamException e) {
      fail(Failures.ofListener(e));
    }
  }

  private @Nullable SseEvent nextEvent() throws UpstreamException {
    for (ByteBuf bytes = unread.peek(); bytes != null; bytes = unread.peek()) {
      SseEvent event = reader.next(bytes);
      if (!bytes.isReadable()) {
        unread.remove().release();
      }
      if (event != null) {
        return event;
      }
    }
    if (isBodyRead && !isReaderAtEnd) {
      isReaderAtEnd = true;
      return reader.end(owner.takesUnended());
    }
    return null;
  }

  private void endIfRead() {
    if (isBodyRead) {
      finish();
      owner.ended(StreamEnd.CLEAN);
    } else if (isCut) {
      fail(Failures.disconnected());
    }
  }

  private void give(SseEvent event) throws UpstreamException {
    CompletableFuture<Boolean> taken = owner.take(event).toCompletableFuture();
    if (taken.isDone() && !taken.isCompletedExceptionally()) {
      endIf(taken.join());
      return;
    }
    isHeld = true;
    taken.whenComplete((isEnd, failure) -> loop.execute(() -> released(isEnd, failure)));
  }

  private void released(@Nullable Boolean isEnd, @Nullable Throwable failure) {
    isHeld = false;
    if (phase != ExchangePhase.STREAMING) {
      return;
    }
    if (failure != null) {
      fail(Failures.ofListener(failure));
      return;
    }
    heardByte();
    endIf(Boolean.TRUE.equals(isEnd));
    giveEvents();
    readOn();
  }

  private void endIf(boolean isEnd) {
    if (isEnd) {
      finish();
      owner.ended(StreamEnd.TERMINAL);
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
      case REFUSED -> refuse();
      case STREAMING -> giveEvents();
      case OVER -> {}
    }
  }

  private void heardByte() {
    lastByteNanos = settings.time().nanoTime();
  }

  private void watchIdle(Duration wait) {
    timer = after(wait, this::checkIdle);
  }

  private void checkIdle() {
    Duration timeout = settings.config().idleTimeout();
    Duration silent = Duration.ofNanos(settings.time().nanoTime() - lastByteNanos);
    if (isHeld) {
      watchIdle(timeout);
    } else if (silent.compareTo(timeout) >= 0) {
      fail(Failures.idleTimeout(timeout));
    } else {
      watchIdle(timeout.minus(silent));
    }
  }

  private Runnable after(Duration delay, Runnable task) {
    return settings.time().schedule(loop, delay, task);
  }

  private void fail(Failure failure) {
    if (phase != ExchangePhase.OVER) {
      finish();
      owner.failed(failure);
    }
  }

  private void finish() {
    if (phase == ExchangePhase.OVER) {
      return;
    }
    phase = ExchangePhase.OVER;
    timer.run();
    stopConnecting.run();
    unread.forEach(ByteBuf::release);
    unread.clear();
    request.release();
    if (channel != null) {
      channel.close();
    }
  }
}
