/** What is known of a user's threads: their ends, their recent events and their cursors. */
@NullMarked
package dev.parley.gateway.user.thread;

import org.jspecify.annotations.NullMarked;
