/** Feeds bytes of every kind to whatever reads what came from outside. */
@NullMarked
package dev.parley.gateway.fuzz;

import org.jspecify.annotations.NullMarked;
