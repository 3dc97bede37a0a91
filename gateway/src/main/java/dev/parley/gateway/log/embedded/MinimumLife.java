package dev.parley.gateway.log.embedded;

/**
 * The life number in which the new threads of one user begin.
 *
 * @param hour of its last change, counted from the epoch
 */
record MinimumLife(long life, long hour) {}
