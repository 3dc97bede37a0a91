/** The log in memory, for tests and demos. */
@NullMarked
package dev.parley.gateway.log.memory;

import org.jspecify.annotations.NullMarked;
