package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.protocol.ErrorCode;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that is joined again when it is lost, until its terminal event was seen. Used on its
 * loop only, but for the listener's part.
 */
final class JoinedStream implements SseListener {

  private static final Logger LOG = LoggerFactory.getLogger(JoinedStream.class);

  /** How often it is joined without an event. */
  static final int MAX_TRIES = 8;

  private static final Duration FIRST_DELAY = Duration.ofMillis(500);
  private static final Duration MAX_DELAY = Duration.ofSeconds(8);

  /** The longest {@code Retry-After} that is waited for. */
  private static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(30);

  private static final Set<ErrorCode> PASSING =
      Set.of(
          ErrorCode.UPSTREAM_UNREACHABLE,
          ErrorCode.UPSTREAM_TIMEOUT,
          ErrorCode.UPSTREAM_RATE_LIMITED,
          ErrorCode.UPSTREAM_ERROR,
          ErrorCode.UPSTREAM_TRUNCATED,
          ErrorCode.UPSTREAM_DISCONNECTED,
          ErrorCode.OVERLOADED);

  private final Upstream upstream;
  private final AgentService service;
  private final EventLoop loop;
  private final AgentRequest request;
  private final JoinableListener listener;
  private final CompletableFuture<StreamEnd> result = new CompletableFuture<>();
  private Runnable timer = () -> {};
  private int tries;

  /** An event has come since the stream was joined. */
  private volatile boolean goesOn;

  /** The listener has refused an event: joining again would not help. */
  private volatile boolean refused;

  JoinedStream(
      Upstream upstream,
      AgentService service,
      EventLoop loop,
      AgentRequest request,
      JoinableListener listener) {
    this.upstream = upstream;
    this.service = service;
    this.loop = loop;
    this.request = request;
    this.listener = listener;
  }

  /** Begins with this call. Callable from any thread. */
  CompletionStage<StreamEnd> begin(HttpCall first) {
    loop.execute(() -> ask(first));
    request.cancellation().onCancel(() -> loop.execute(this::cancelled));
    return result;
  }

  private void ask(HttpCall call) {
    upstream.stream(request, call, this)
        .whenComplete((end, failure) -> loop.execute(() -> ended(end, failure)));
  }

  @Override
  @SuppressWarnings("IllegalCatch")
  public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
    goesOn = true;
    try {
      return listener
          .take(event)
          .whenComplete((over, failure) -> refused = refused || failure != null);
    } catch (UpstreamException | RuntimeException e) {
      refused = true;
      throw e;
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

  private void ended(StreamEnd end, @Nullable Throwable failure) {
    if (result.isDone()) {
      return;
    }
    UpstreamException known = known(failure);
    tries = goesOn ? 0 : tries;
    boolean mayJoin = known == null ? end == StreamEnd.CLEAN : PASSING.contains(known.code());
    Optional<HttpCall> call =
        mayJoin && !refused && tries < MAX_TRIES && (failure == null || known != null)
            ? listener.rejoin(failure == null)
            : Optional.empty();
    if (call.isEmpty()) {
      finish(end, failure);
      return;
    }
    tries++;
    goesOn = false;
    LOG.info(
        "run {}: agent {}: the stream is joined again, try {}",
        request.run(),
        service.agent(),
        tries);
    timer = service.time().schedule(loop, delay(known), () -> ask(call.get()));
  }

  private static @Nullable UpstreamException known(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof UpstreamException error ? error : null;
  }

  private Duration delay(@Nullable UpstreamException failure) {
    double most =
        Math.min(FIRST_DELAY.toNanos() * (double) (1L << tries), (double) MAX_DELAY.toNanos());
    Duration jitter = Duration.ofNanos((long) (service.random().getAsDouble() * most));
    Duration asked = failure == null ? null : failure.retryAfter();
    if (asked == null || asked.compareTo(jitter) < 0) {
      return jitter;
    }
    return asked.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : asked;
  }

  private void cancelled() {
    timer.run();
    result.complete(StreamEnd.TERMINAL);
  }

  private void finish(StreamEnd end, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(end);
    } else {
      result.completeExceptionally(failure);
    }
  }
}
