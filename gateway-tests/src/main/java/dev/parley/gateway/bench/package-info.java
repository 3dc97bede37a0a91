/** Benchmarks; each is a main class that {@code scripts/bench} starts. */
@NullMarked
package dev.parley.gateway.bench;

import org.jspecify.annotations.NullMarked;
