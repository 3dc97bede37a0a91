package dev.parley.gateway.agent.upstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The whole answer of a service, of any status. */
public final class HttpAnswer {

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final @Nullable Duration retryAfter;

  /**
   * An answer.
   *
   * @param contentType empty if there is none
   * @param body must not be changed any more
   * @param retryAfter when the service wants to be asked again, if it said so
   */
  public HttpAnswer(int status, String contentType, byte[] body, @Nullable Duration retryAfter) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  public int status() {
    return status;
  }

  /** Whether the status is 2xx. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }

  public String contentType() {
    return contentType;
  }

  /** The bytes themselves, not a copy. */
  public byte[] body() {
    return body;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
