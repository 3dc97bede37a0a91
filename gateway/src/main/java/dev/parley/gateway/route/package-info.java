/** From a command to its use case, for connections and for single commands. */
@NullMarked
package dev.parley.gateway.route;

import org.jspecify.annotations.NullMarked;
