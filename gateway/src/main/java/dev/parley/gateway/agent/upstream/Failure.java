package dev.parley.gateway.agent.upstream;

/**
 * How an attempt failed.
 *
 * @param error what the run ends with
 * @param again whether another attempt may be made if no event was taken
 * @param counts whether it says that the service is ill, and not the request
 */
record Failure(UpstreamException error, boolean again, boolean counts) {

  /** A failure that ends the call. */
  static Failure ending(UpstreamException error) {
    return new Failure(error, false, false);
  }
}
