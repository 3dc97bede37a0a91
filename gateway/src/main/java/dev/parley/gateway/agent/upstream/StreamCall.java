package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.protocol.ErrorCode;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of a run: it waits for a place, and makes attempts. Used on its loop only. */
final class StreamCall implements Exchange.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(StreamCall.class);

  /** How long a run waits for a place. */
  static final Duration MAX_WAIT = Duration.ofSeconds(5);

  /** The longest {@code Retry-After} that is waited for. */
  private static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(10);

  private static final Duration FIRST_DELAY = Duration.ofMillis(500);

  private final AgentService service;
  private final EventLoop loop;
  private final AgentRequest request;
  private final URI target;
  private final Supplier<FullHttpRequest> message;
  private final SseListener listener;
  private final CompletableFuture<StreamEnd> result = new CompletableFuture<>();
  private @Nullable Exchange exchange;
  private Runnable timer = () -> {};
  private int attempts;

  /** The breaker waits to be told of the attempt. */
  private boolean isAwaited;

  /**
   * A call that is yet to begin.
   *
   * @param message makes the request again for each attempt
   */
  StreamCall(
      AgentService service,
      EventLoop loop,
      AgentRequest request,
      URI target,
      Supplier<FullHttpRequest> message,
      SseListener listener) {
    this.service = service;
    this.loop = loop;
    this.request = request;
    this.target = target;
    this.message = message;
    this.listener = listener;
  }

  /** Begins the call. Callable from any thread. */
  CompletionStage<StreamEnd> begin() {
    loop.execute(this::enter);
    request.cancellation().onCancel(() -> loop.execute(this::cancelled));
    return result;
  }

  private void enter() {
    if (result.isDone()) {
      return;
    }
    if (request.cancellation().isCancelled()) {
      result.complete(StreamEnd.TERMINAL);
      return;
    }
    if (service.bulkhead().enter(request, this, () -> loop.execute(this::entered))) {
      entered();
    } else {
      timer = service.time().schedule(loop, MAX_WAIT, this::waitedTooLong);
    }
  }

  private void entered() {
    timer.run();
    // At once, if the run has ended meanwhile.
    request.cancellation().onCancel(() -> service.bulkhead().leave(request));
    if (result.isDone()) {
      return;
    }
    Duration refusal = service.breaker().refusal();
    if (refusal != null) {
      end(
          new UpstreamException(
              ErrorCode.UPSTREAM_UNREACHABLE,
              "The service fails again and again. It is asked again in "
                  + Math.max(1, refusal.toSeconds())
                  + " s.",
              true,
              refusal));
      return;
    }
    attempt();
  }

  private void waitedTooLong() {
    if (service.bulkhead().giveUp(this)) {
      end(Failures.noPlace(MAX_WAIT));
    }
  }

  @SuppressWarnings("IllegalCatch")
  private void attempt() {
    attempts++;
    isAwaited = true;
    try {
      exchange =
          new Exchange(loop, service.exchanges(), message.get(), this, WholeBody.Limits.OF_ERROR);
      exchange.begin(target);
    } catch (RuntimeException e) {
      finish();
      failed(Failures.unsendable(service.agent(), e));
    }
  }

  @Override
  public void answered() {
    isAwaited = false;
    service.breaker().succeeded();
  }

  @Override
  @SuppressWarnings("IllegalCatch")
  public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
    try {
      return listener.take(event);
    } catch (RuntimeException e) {
      // Its message may quote the conversation: only its type is logged.
      LOG.warn("run {}: agent {}: {}", request.run(), service.agent(), e.getClass().getName());
      throw Failures.ofListener(e).error();
    }
  }

  @Override
  public boolean takesUnended() {
    return listener.takesUnended();
  }

  @Override
  public void alive() {
    listener.alive();
  }

  @Override
  public void ended(StreamEnd end, HttpAnswer head) {
    result.complete(end);
  }

  @Override
  public void whole(HttpAnswer answer, BodyEnd end) {
    failed(RefusedAnswer.failure(answer, service.exchanges().texts()));
  }

  @Override
  public void failed(Failure failure) {
    if (failure.counts()) {
      isAwaited = false;
      service.breaker().failed();
    }
    release();
    Duration delay = delayBeforeNext(failure);
    if (delay == null) {
      end(failure);
    } else {
      timer = service.time().schedule(loop, delay, () -> again(failure));
    }
  }

  private void again(Failure failure) {
    if (service.breaker().refusal() == null) {
      attempt();
    } else {
      end(failure);
    }
  }

  /** The time until the next attempt; null if there is none. */
  private @Nullable Duration delayBeforeNext(Failure failure) {
    if (!failure.again() || attempts > service.exchanges().config().retries()) {
      return null;
    }
    Duration retryAfter = failure.error().retryAfter();
    Duration jitter =
        Duration.ofNanos(
            (long) (service.random().getAsDouble() * FIRST_DELAY.toNanos() * (1L << attempts)));
    if (retryAfter == null) {
      return jitter;
    }
    return retryAfter.compareTo(MAX_RETRY_AFTER) > 0 ? null : retryAfter.plus(jitter);
  }

  private void cancelled() {
    if (result.isDone()) {
      return;
    }
    timer.run();
    service.bulkhead().giveUp(this);
    finish();
    release();
    result.complete(StreamEnd.TERMINAL);
  }

  private void finish() {
    if (exchange != null) {
      exchange.finish();
    }
  }

  private void release() {
    if (isAwaited) {
      isAwaited = false;
      service.breaker().undecided();
    }
  }

  private void end(UpstreamException error) {
    end(new Failure(error, false, false));
  }

  private void end(Failure failure) {
    service.onFailure().accept(failure.error().code());
    LOG.info(
        "run {}: agent {}: {}: {}",
        request.run(),
        service.agent(),
        failure.error().code().wire(),
        failure.summary());
    result.completeExceptionally(failure.error());
  }
}
