package dev.parley.gateway.agent.upstream;

/** An answer where a stream of events was expected. */
final class RefusedAnswer {

  private static final int REDIRECTION = 300;

  private RefusedAnswer() {}

  /**
   * What the run fails with.
   *
   * @param answer with the beginning of its body
   */
  static Failure failure(HttpAnswer answer, ErrorText texts) {
    if (answer.status() >= REDIRECTION) {
      return Failures.status(answer.status(), answer.message(), answer.text(), answer.retryAfter());
    }
    String contentType = answer.contentType();
    String message =
        contentType.isEmpty()
            ? "The service answered without a content type, not with a stream of events"
            : "The service answered with "
                + texts.shown(contentType)
                + ", not with a stream of events";
    return Failures.protocol(message, answer.message());
  }
}
