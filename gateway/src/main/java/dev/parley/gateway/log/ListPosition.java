package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ThreadId;

/**
 * A place in the list of a user's threads, which has the newest activity first; threads with one
 * time are in the order of their names, shorter ones first.
 *
 * @param activityMillis the time of the thread's last activity, epoch milliseconds
 */
public record ListPosition(long activityMillis, ThreadId thread) {}
