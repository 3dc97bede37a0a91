package dev.parley.gateway.log;

/**
 * How much may be kept of a user's threads: see {@link Usage}.
 *
 * @param bytes of the stored records
 * @param threads that hold events
 */
public record Quota(long bytes, long threads) {

  /** No bound. */
  public static final Quota NONE = new Quota(Long.MAX_VALUE, Long.MAX_VALUE);
}
