package dev.parley.gateway.log;

/**
 * How much may be stored of a user's threads; see {@link Usage}.
 *
 * @param bytes the maximum of stored bytes
 * @param threads the maximum of threads with events
 */
public record Quota(long bytes, long threads) {

  /** No bound. */
  public static final Quota NONE = new Quota(Long.MAX_VALUE, Long.MAX_VALUE);
}
