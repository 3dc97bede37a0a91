/** The command line, and the wiring of all packages. */
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
