/** How fast it is: each benchmark is a main class that {@code scripts/bench} starts. */
@NullMarked
package dev.parley.gateway.bench;

import org.jspecify.annotations.NullMarked;
