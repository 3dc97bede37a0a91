package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A back end that answers hooks when the test says so, on the thread of the test. */
final class ScriptedHooks implements HookSender.Sending {

  /** One attempt of a hook. */
  record Attempt(HttpCall call, CompletableFuture<HttpAnswer> answer) {

    String body() {
      return String.valueOf(call.body());
    }

    void answer(int status) {
      answer(status, null);
    }

    void answer(int status, @Nullable Duration retryAfter) {
      answer.complete(new HttpAnswer(status, "", new byte[0], retryAfter));
    }

    void fail() {
      answer.completeExceptionally(
          UpstreamException.permanent(ErrorCode.UPSTREAM_UNREACHABLE, "away"));
    }
  }

  final List<Attempt> attempts = new CopyOnWriteArrayList<>();

  @Override
  public CompletableFuture<HttpAnswer> send(AgentRequest request, HttpCall call, int maxBytes) {
    Attempt attempt = new Attempt(call, new CompletableFuture<>());
    attempts.add(attempt);
    return attempt.answer();
  }

  Attempt last() {
    return attempts.get(attempts.size() - 1);
  }
}
