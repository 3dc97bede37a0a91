/** What is sent to a user, and broadcasts to many. */
@NullMarked
package dev.parley.gateway.user.inbox;

import org.jspecify.annotations.NullMarked;
