package dev.parley.gateway.agent.upstream;

/**
 * How an attempt failed.
 *
 * @param error what the run ends with
 * @param summary its message without what the service said: fit for the log
 * @param again whether another attempt may be made; never once the stream has begun
 * @param counts whether it says that the service is ill, and not the request
 */
record Failure(UpstreamException error, String summary, boolean again, boolean counts) {

  /** A failure whose message holds nothing that the service said. */
  Failure(UpstreamException error, boolean again, boolean counts) {
    this(error, String.valueOf(error.getMessage()), again, counts);
  }

  /** A failure that ends the call. */
  static Failure ending(UpstreamException error) {
    return new Failure(error, false, false);
  }
}
