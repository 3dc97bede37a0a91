package dev.parley.gateway.agent.tool;

import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** What people and models are told of tools that failed. No text holds a credential. */
final class ToolErrors {

  private ToolErrors() {}

  /** A request that got no answer. */
  static String of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof TimeoutException) {
      return "The service did not answer in time.";
    }
    return cause instanceof UpstreamException known
        ? String.valueOf(known.getMessage())
        : "The tool failed.";
  }

  /** An answer that says that the call failed. */
  static String status(HttpAnswer answer) {
    String what =
        answer.status() >= 300 && answer.status() < 400
            ? "The tool redirects elsewhere, which is not followed"
            : "The tool failed";
    String said = answer.said();
    String status = " (" + answer.status() + ")";
    return said.isEmpty() ? what + status + "." : what + status + ": " + said;
  }
}
