/** One user: the single-writer heart. */
@NullMarked
package dev.parley.gateway.user;

import org.jspecify.annotations.NullMarked;
