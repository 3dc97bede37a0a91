package dev.parley.gateway.agent.upstream;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request to a service failed. The message is for people, and holds no credential and nothing of
 * the conversation.
 */
public final class UpstreamException extends Exception {

  private static final long serialVersionUID = 1;

  private final ErrorCode code;
  private final boolean retryable;
  private final transient @Nullable Duration retryAfter;
  private final transient String answer;

  /**
   * A failure of a run.
   *
   * @param retryable whether the same message may succeed later
   * @param retryAfter when, if the service said so
   */
  public UpstreamException(
      ErrorCode code, String message, boolean retryable, @Nullable Duration retryAfter) {
    this(code, message, retryable, retryAfter, "");
  }

  /**
   * A failure of a run that the service has explained.
   *
   * @param answer what the service said, at most 64 KiB; it is never shown
   */
  public UpstreamException(
      ErrorCode code,
      String message,
      boolean retryable,
      @Nullable Duration retryAfter,
      String answer) {
    super(requireNonNull(message, "message"));
    this.code = requireNonNull(code, "code");
    this.retryable = retryable;
    this.retryAfter = retryAfter;
    this.answer = requireNonNull(answer, "answer");
  }

  /** A failure that would happen again. */
  public static UpstreamException permanent(ErrorCode code, String message) {
    return new UpstreamException(code, message, false, null);
  }

  public ErrorCode code() {
    return code;
  }

  boolean isRetryable() {
    return retryable;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether the service rejected the request and named this word in its answer. */
  public boolean rejects(String word) {
    return code == ErrorCode.UPSTREAM_REJECTED && answer.contains(word);
  }

  /** The end of the run that failed by this. */
  public AgentEvent.Failed toEvent() {
    return new AgentEvent.Failed(code, String.valueOf(getMessage()), retryable, retryAfter);
  }
}
