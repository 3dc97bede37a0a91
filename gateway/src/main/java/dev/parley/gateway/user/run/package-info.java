/** Agents at work: runs, their grammar and time limits, and the start of queued ones. */
@NullMarked
package dev.parley.gateway.user.run;

import org.jspecify.annotations.NullMarked;
