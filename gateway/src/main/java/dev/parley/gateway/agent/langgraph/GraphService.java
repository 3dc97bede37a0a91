package dev.parley.gateway.agent.langgraph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service of one agent, as all its runs use it. Callable from any thread; blocks none. */
final class GraphService {

  private static final Logger LOG = LoggerFactory.getLogger(GraphService.class);

  /** The record of a run holds its input. */
  private static final int MAX_RECORD = 16 << 20;

  private static final int MAX_CANCEL_ANSWER = 64 << 10;
  private static final int CANCEL_ATTEMPTS = 3;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final GraphApi api;
  private final Upstream upstream;
  private final ScheduledExecutorService timer;
  private final Duration wait;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * A service.
   *
   * @param wait the shortest time until what has failed is tried again
   */
  GraphService(GraphApi api, Upstream upstream, ScheduledExecutorService timer, Duration wait) {
    this.api = api;
    this.upstream = upstream;
    this.timer = timer;
    this.wait = wait;
  }

  /** How a run stands: what its record says. */
  enum RunStatus {
    /** It is still at work, or waits for its turn. */
    OPEN,
    SUCCESS,
    ERROR,
    TIMEOUT,
    INTERRUPTED,

    /** The service does not know the run. */
    UNKNOWN
  }

  GraphApi api() {
    return api;
  }

  Upstream upstream() {
    return upstream;
  }

  /** Runs the task after a pause that doubles with each try. */
  void after(int tries, Runnable task) {
    long doubled = Math.min(wait.toMillis() << Math.min(tries, 10), LONGEST_WAIT.toMillis());
    long jittered = doubled / 2 + ThreadLocalRandom.current().nextLong(doubled / 2 + 1);
    var ignored = timer.schedule(task, jittered, TimeUnit.MILLISECONDS);
  }

  /** Says once that the service cannot give the rest of a stream that was cut. */
  void cannotJoin() {
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "assistant {}: its service gives events no ids; a lost stream is not joined again",
          api.assistant());
    }
  }

  /** Asks how the run stands; fails with an {@link UpstreamException}. */
  CompletableFuture<RunStatus> look(AgentRequest request, GraphPosition position) {
    HttpCall call = api.look(position.thread(), position.run());
    return upstream
        .send(request, call, MAX_RECORD)
        .thenApply(
            answer -> {
              try {
                return status(answer);
              } catch (UpstreamException e) {
                throw new CompletionException(e);
              }
            });
  }

  private static RunStatus status(HttpAnswer answer) throws UpstreamException {
    if (answer.status() == NOT_FOUND) {
      return RunStatus.UNKNOWN;
    }
    if (!answer.isSuccess()) {
      throw refused(answer.status());
    }
    String status =
        ServiceJson.read(new String(answer.body(), StandardCharsets.UTF_8))
            .map(record -> status(record))
            .orElse("");
    return switch (status) {
      case "pending", "running" -> RunStatus.OPEN;
      case "success" -> RunStatus.SUCCESS;
      case "error" -> RunStatus.ERROR;
      case "timeout" -> RunStatus.TIMEOUT;
      case "interrupted" -> RunStatus.INTERRUPTED;
      default ->
          throw ServiceMistake.of(
              "status", status, "pending, running, success, error, timeout or interrupted");
    };
  }

  private static String status(JsonNode record) {
    return GraphMessages.text(record, "status");
  }

  private static UpstreamException refused(int status) {
    return switch (status) {
      case 401, 403 ->
          UpstreamException.permanent(
              ErrorCode.UPSTREAM_AUTH,
              "The service does not accept the credentials of the gateway (" + status + ").");
      default ->
          status == TOO_MANY_REQUESTS || status >= SERVER_ERROR
              ? new UpstreamException(
                  ErrorCode.UPSTREAM_ERROR, "The service failed (" + status + ").", true, null)
              : ServiceMistake.of("status", String.valueOf(status), "200 or 404");
    };
  }

  /**
   * Stops the run. Needs the id that the service gave it.
   *
   * @return whether it has stopped for certain; does not fail
   */
  CompletableFuture<Boolean> cancel(AgentRequest request, GraphPosition position) {
    return cancel(request, position, 1);
  }

  private CompletableFuture<Boolean> cancel(
      AgentRequest request, GraphPosition position, int attempt) {
    return upstream
        .send(request, api.cancel(position.thread(), position.run()), MAX_CANCEL_ANSWER)
        .handle(
            (answer, failure) -> {
              boolean isIll = failure != null || answer.status() >= SERVER_ERROR;
              if (isIll && attempt < CANCEL_ATTEMPTS) {
                CompletableFuture<Boolean> next = new CompletableFuture<>();
                after(
                    attempt,
                    () ->
                        cancel(request, position, attempt + 1)
                            .thenAccept(isStopped -> next.complete(isStopped)));
                return next;
              }
              return isIll
                  ? CompletableFuture.completedFuture(false)
                  : stopped(answer, request, position);
            })
        .thenCompose(next -> next);
  }

  /** A service that refuses to stop a run may say so because the run has ended. */
  private CompletableFuture<Boolean> stopped(
      HttpAnswer answer, AgentRequest request, GraphPosition position) {
    if (answer.isSuccess()) {
      return CompletableFuture.completedFuture(true);
    }
    return look(request, position)
        .handle(
            (status, failure) ->
                failure == null && status != RunStatus.OPEN && status != RunStatus.UNKNOWN);
  }
}
