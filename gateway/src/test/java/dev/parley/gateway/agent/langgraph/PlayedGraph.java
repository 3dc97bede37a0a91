package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.JoinableListener;
import dev.parley.gateway.agent.upstream.Places;
import dev.parley.gateway.agent.upstream.RecordedStreamTest;
import dev.parley.gateway.agent.upstream.SseListener;
import dev.parley.gateway.agent.upstream.StreamEnd;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A service with one run, whose stream is a recording. A join gives what follows the event that it
 * names. Answers on the thread that asks.
 */
final class PlayedGraph implements Upstream {

  /** How one stream ends early. */
  record StreamCut(int bytes, @Nullable UpstreamException failure) {}

  final List<HttpCall> calls = Collections.synchronizedList(new ArrayList<>());
  final Deque<StreamCut> cuts = new ArrayDeque<>();

  /** The answers of the calls that are no streams, by their method; the last is given again. */
  final Deque<HttpAnswer> looks = new ArrayDeque<>();

  final Deque<HttpAnswer> cancels = new ArrayDeque<>();

  /** Where each join begins, in place of after the event that it names; less than 0 for that. */
  int rejoinsFrom = -1;

  /** The first stream stays open after its bytes. */
  boolean isHeld;

  /** The first stream begins with {@link #go}. */
  boolean isHeldBefore;

  private final String recording;
  private Runnable held = () -> {};
  private @Nullable AgentRequest last;

  PlayedGraph(String recording) {
    this.recording = recording;
    cancels.add(answer(204, ""));
    looks.add(status("success"));
  }

  /** The connection is lost. */
  static UpstreamException lost() {
    return UpstreamException.permanent(ErrorCode.UPSTREAM_DISCONNECTED, "lost");
  }

  static HttpAnswer answer(int status, String body) {
    return new HttpAnswer(status, "application/json", body.getBytes(StandardCharsets.UTF_8), null);
  }

  static HttpAnswer status(String status) {
    return answer(200, "{\"run_id\":\"x\",\"status\":\"" + status + "\"}");
  }

  int length() {
    return recording.length();
  }

  /** The stream that was held goes on. */
  void go() {
    held.run();
  }

  /** Whether the connection of the last stream was closed by the agent. */
  boolean isClosed() {
    return last != null && last.cancellation().isCancelled();
  }

  /** The calls, as method and path. */
  List<String> lines() {
    synchronized (calls) {
      return calls.stream().map(call -> call.method() + ' ' + call.uri().getPath()).toList();
    }
  }

  @Override
  public CompletionStage<StreamEnd> stream(
      AgentRequest request, HttpCall call, SseListener listener) {
    calls.add(call);
    last = request;
    if (isHeldBefore) {
      isHeldBefore = false;
      CompletableFuture<StreamEnd> later = new CompletableFuture<>();
      held = () -> later.complete(play(request, call, listener).toCompletableFuture().join());
      return later;
    }
    return play(request, call, listener);
  }

  private CompletionStage<StreamEnd> play(
      AgentRequest request, HttpCall call, SseListener listener) {
    byte[] body = after(call.headers().get("last-event-id")).getBytes(StandardCharsets.UTF_8);
    StreamCut cut = cuts.isEmpty() ? new StreamCut(body.length, null) : cuts.remove();
    UpstreamException failure = cut.failure();
    boolean[] over = new boolean[1];
    try {
      RecordedStreamTest.feed(
          failure == null && !isHeld,
          listener.takesUnended(),
          event -> {
            over[0] = listener.take(event).toCompletableFuture().join();
            return over[0];
          },
          Arrays.copyOf(body, Math.min(cut.bytes(), body.length)));
    } catch (UpstreamException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (isHeld) {
      CompletableFuture<StreamEnd> closed = new CompletableFuture<>();
      request.cancellation().onCancel(() -> closed.complete(StreamEnd.TERMINAL));
      return closed;
    }
    if (over[0] || failure == null) {
      return CompletableFuture.completedFuture(over[0] ? StreamEnd.TERMINAL : StreamEnd.CLEAN);
    }
    return CompletableFuture.failedFuture(failure);
  }

  /** Joins a lost stream again at once. */
  @Override
  public CompletionStage<StreamEnd> follow(
      AgentRequest request, HttpCall call, JoinableListener listener) {
    return stream(request, call, listener)
        .handle(
            (end, failure) -> {
              Optional<HttpCall> again =
                  end == StreamEnd.TERMINAL || isLasting(failure)
                      ? Optional.empty()
                      : listener.rejoin(failure == null);
              return again.isPresent()
                  ? follow(request, again.get(), listener)
                  : failure == null
                      ? CompletableFuture.completedFuture(end)
                      : CompletableFuture.<StreamEnd>failedFuture(failure);
            })
        .thenCompose(end -> end);
  }

  private static boolean isLasting(@Nullable Throwable failure) {
    return failure instanceof UpstreamException known
        && Set.of(ErrorCode.UPSTREAM_REJECTED, ErrorCode.UPSTREAM_PROTOCOL).contains(known.code());
  }

  private String after(@Nullable String id) {
    if (id == null) {
      return recording;
    }
    if (rejoinsFrom >= 0) {
      int from = rejoinsFrom;
      rejoinsFrom = -1;
      return recording.substring(from);
    }
    StringBuilder rest = new StringBuilder();
    boolean found = false;
    for (String event : recording.split("(?<=\n\n)", -1)) {
      if (found) {
        rest.append(event);
      }
      found |= event.matches("(?s)(.*\n)?id: " + id + "\n.*");
    }
    return rest.toString();
  }

  @Override
  public CompletableFuture<HttpAnswer> send(AgentRequest request, HttpCall call, int maxBytes) {
    calls.add(call);
    Deque<HttpAnswer> answers = call.method().equals("GET") ? looks : cancels;
    return CompletableFuture.completedFuture(
        answers.size() > 1 ? answers.remove() : answers.getFirst());
  }

  @Override
  public CompletableFuture<HttpAnswer> exchange(
      AgentRequest request, HttpCall call, int maxBytes, SseListener listener) {
    throw new UnsupportedOperationException("exchange: not in this test");
  }

  @Override
  public Places places() {
    throw new AssertionError("places: asked for (expected: streams take them)");
  }

  @Override
  public String withoutCredentials(String text) {
    return text;
  }
}
