package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.ThreadHead;

/**
 * A thread's head, and how much of the thread its user's stored usage counts.
 *
 * @param counted what the thread retained when its head was last written. What an open run has
 *     added since then is not in it.
 */
record CountedHead(ThreadHead head, RetainedSize counted) {}
