/** Connections that read: cursors, scheduling, pages of the store, backpressure. */
@NullMarked
package dev.parley.gateway.user.read;

import org.jspecify.annotations.NullMarked;
