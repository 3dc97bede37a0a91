package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.hook.HookSignature;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sends signed hooks to the back end of one agent. Callable from any thread. */
final class HookSender {

  /** {@link dev.parley.gateway.agent.upstream.Upstream#send}. */
  @FunctionalInterface
  interface Sending {
    CompletableFuture<HttpAnswer> send(AgentRequest request, HttpCall call, int maxBytes);
  }

  private static final int MAX_ANSWER_BYTES = 16 * 1024;

  private final Sending sending;
  private final URI uri;
  private final HookSignature signature;
  private final Clock clock;

  HookSender(Sending sending, URI uri, HookSignature signature, Clock clock) {
    this.sending = sending;
    this.uri = uri;
    this.signature = signature;
    this.clock = clock;
  }

  /**
   * Sends a hook once.
   *
   * @param id the same for each attempt of one hook
   * @return the answer, of any status; cancelling it closes the connection
   */
  CompletableFuture<HttpAnswer> send(AgentRequest request, String id, RawJson body) {
    Map<String, String> headers = signature.headers(id, clock.instant(), body.bytes());
    return sending.send(request, HttpCall.post(uri, headers, body), MAX_ANSWER_BYTES);
  }

  /** The end of a run whose hook was refused with this status. */
  static AgentEvent.Failed refusal(int status) {
    return switch (status) {
      case 401, 403, 407 ->
          new AgentEvent.Failed(
              ErrorCode.UPSTREAM_AUTH,
              "The service does not accept the credentials of the gateway (" + status + ").",
              false);
      default ->
          new AgentEvent.Failed(
              ErrorCode.UPSTREAM_REJECTED,
              status < 400
                  ? "The service redirects elsewhere, which is not followed (" + status + ")."
                  : "The service rejected the hook (" + status + ").",
              false);
    };
  }
}
