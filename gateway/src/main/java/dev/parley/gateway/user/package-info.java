/** One user: the context that holds the user's parts together. */
@NullMarked
package dev.parley.gateway.user;

import org.jspecify.annotations.NullMarked;
