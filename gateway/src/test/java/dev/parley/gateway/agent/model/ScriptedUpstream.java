package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.JoinableListener;
import dev.parley.gateway.agent.upstream.Places;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.SseListener;
import dev.parley.gateway.agent.upstream.StreamEnd;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A service that answers when the test says so, on the thread of the test. */
public final class ScriptedUpstream implements Upstream {

  /** One request, and the stream that answers it. */
  public static final class Stream {
    public final HttpCall call;
    private final SseListener listener;
    private final CompletableFuture<StreamEnd> end = new CompletableFuture<>();
    private boolean refused;

    Stream(HttpCall call, SseListener listener) {
      this.call = call;
      this.listener = listener;
    }

    /** Sends one event. Returns the stage of the listener. */
    public CompletionStage<Boolean> send(String data) {
      try {
        CompletionStage<Boolean> taken = listener.take(new SseEvent("message", data, null));
        return taken.whenComplete(
            (over, failure) -> {
              if (failure != null) {
                refused = true;
                end.completeExceptionally(failure);
              } else if (over) {
                end.complete(StreamEnd.TERMINAL);
              }
            });
      } catch (UpstreamException e) {
        refused = true;
        end.completeExceptionally(e);
        return CompletableFuture.completedFuture(true);
      }
    }

    public void sendAll(List<String> data) {
      for (String each : data) {
        if (!end.isDone()) {
          var ignored = send(each);
        }
      }
    }

    /** Closes the stream cleanly. */
    public void close() {
      end.complete(StreamEnd.CLEAN);
    }

    public void fail(Exception failure) {
      end.completeExceptionally(failure);
    }

    /** As when the connection of a cancelled run is closed. */
    public void closeOurs() {
      end.complete(StreamEnd.TERMINAL);
    }
  }

  private final List<Stream> streams = new ArrayList<>();
  private final List<HttpCall> sent = new ArrayList<>();
  private CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();

  @Override
  public CompletionStage<StreamEnd> stream(
      AgentRequest request, HttpCall call, SseListener listener) {
    Stream stream = new Stream(call, listener);
    streams.add(stream);
    return stream.end;
  }

  @Override
  public CompletableFuture<HttpAnswer> send(AgentRequest request, HttpCall call, int maxBytes) {
    sent.add(call);
    answer = new CompletableFuture<>();
    return answer;
  }

  /** The calls that were no streams. */
  public List<HttpCall> sent() {
    return sent;
  }

  /** Answers the last of them. */
  public void answer(HttpAnswer given) {
    answer.complete(given);
  }

  /** Fails the last of them. */
  public void refuse(Exception failure) {
    answer.completeExceptionally(failure);
  }

  /** Joins a lost stream again at once. */
  @Override
  public CompletionStage<StreamEnd> follow(
      AgentRequest request, HttpCall call, JoinableListener listener) {
    CompletionStage<StreamEnd> ended = stream(request, call, listener);
    Stream stream = last();
    return ended
        .handle(
            (end, failure) -> {
              Optional<HttpCall> again =
                  end == StreamEnd.TERMINAL || stream.refused
                      ? Optional.empty()
                      : listener.rejoin(failure == null);
              return again.isPresent() ? follow(request, again.get(), listener) : ended;
            })
        .thenCompose(end -> end);
  }

  @Override
  public CompletableFuture<HttpAnswer> exchange(
      AgentRequest request, HttpCall call, int maxBytes, SseListener listener) {
    throw new AssertionError("exchange: called (expected: streams only)");
  }

  /** There is one for each run. */
  @Override
  public Places places() {
    return new Places() {
      @Override
      public CompletableFuture<Void> enter(AgentRequest request) {
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void leave(AgentRequest request) {}
    };
  }

  @Override
  public String withoutCredentials(String text) {
    return text;
  }

  /** The newest request. */
  public Stream last() {
    return streams.get(streams.size() - 1);
  }

  public List<Stream> all() {
    return streams;
  }
}
