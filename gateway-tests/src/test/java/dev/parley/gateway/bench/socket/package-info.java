/** Tests of the benchmarks. */
@NullMarked
package dev.parley.gateway.bench.socket;

import org.jspecify.annotations.NullMarked;
