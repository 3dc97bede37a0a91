/** The whole house on one page: the command line, and the wiring of all rooms by hand. */
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
