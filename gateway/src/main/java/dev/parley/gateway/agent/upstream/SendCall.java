package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt to get a whole answer, or a stream of events in its place. Used on its loop only. */
final class SendCall implements Exchange.Owner {

  private final AgentService service;
  private final EventLoop loop;
  private final HttpCall call;
  private final int maxBytes;
  private final @Nullable SseListener listener;
  private final CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
  private @Nullable Exchange exchange;
  private Runnable timer = () -> {};

  /**
   * A call that is yet to begin.
   *
   * @param listener of a stream of events; null if it is kept as a whole, like any other answer
   */
  SendCall(
      AgentService service,
      EventLoop loop,
      HttpCall call,
      int maxBytes,
      @Nullable SseListener listener) {
    this.service = service;
    this.loop = loop;
    this.call = call;
    this.maxBytes = maxBytes;
    this.listener = listener;
  }

  /** Begins the call. Callable from any thread. */
  CompletableFuture<HttpAnswer> begin(Supplier<FullHttpRequest> message) {
    loop.execute(() -> attempt(call.uri(), message));
    result.whenComplete((answer, failure) -> loop.execute(this::close));
    return result;
  }

  @SuppressWarnings("IllegalCatch")
  private void attempt(URI target, Supplier<FullHttpRequest> message) {
    if (result.isDone()) {
      return;
    }
    Duration timeout = call.timeout();
    if (timeout != null) {
      timer = service.time().schedule(loop, timeout, () -> failed(Failures.late(timeout)));
    }
    WholeBody.Limits limits = new WholeBody.Limits(maxBytes, null, listener != null);
    try {
      exchange = new Exchange(loop, service.exchanges(), message.get(), this, limits);
      exchange.begin(target);
    } catch (RuntimeException e) {
      failed(Failures.unsendable(service.agent(), e));
    }
  }

  private void close() {
    timer.run();
    if (exchange != null) {
      exchange.finish();
    }
  }

  @Override
  public void answered() {
    // The breaker is not asked, and not told.
  }

  @Override
  public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
    return listener == null ? CompletableFuture.completedFuture(true) : listener.take(event);
  }

  @Override
  public boolean takesUnended() {
    return listener == null || listener.takesUnended();
  }

  @Override
  public void alive() {
    if (listener != null) {
      listener.alive();
    }
  }

  @Override
  public void ended(StreamEnd end, HttpAnswer head) {
    result.complete(head);
  }

  @Override
  public void whole(HttpAnswer answer, BodyEnd end) {
    switch (end) {
      case WHOLE -> result.complete(answer);
      case TOO_LONG ->
          fail(
              UpstreamException.permanent(
                  ErrorCode.UPSTREAM_PROTOCOL,
                  Texts.expected("answer", "longer", "at most " + maxBytes + " bytes")));
      case CUT -> failed(Failures.disconnected());
      case LATE -> failed(Failures.idleTimeout(service.exchanges().config().idleTimeout()));
    }
  }

  @Override
  public void failed(Failure failure) {
    fail(failure.error());
  }

  private void fail(UpstreamException error) {
    if (!result.isDone()) {
      service.onFailure().accept(error.code());
    }
    result.completeExceptionally(error);
  }
}
