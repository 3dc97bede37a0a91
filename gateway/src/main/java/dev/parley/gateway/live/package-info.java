/** The connections that are open now, as operators see them. */
@NullMarked
package dev.parley.gateway.live;

import org.jspecify.annotations.NullMarked;
