package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Usage;

/**
 * A user's usage. Most commits of an open run write neither the thread's head nor the user's usage;
 * see {@link HeadDelta}.
 *
 * @param total what is stored of all threads
 * @param counted the part that the stored record counts: the sum of {@link CountedHead#counted}
 */
record CountedUsage(Usage total, Usage counted) {

  static final CountedUsage NONE = new CountedUsage(Usage.NONE, Usage.NONE);
}
