/** The one thread of a user, the log as that thread calls it, and the user's tier. */
@NullMarked
package dev.parley.gateway.user.home;

import org.jspecify.annotations.NullMarked;
