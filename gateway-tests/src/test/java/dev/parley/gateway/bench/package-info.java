/** Tests of the benchmarks. */
@NullMarked
package dev.parley.gateway.bench;

import org.jspecify.annotations.NullMarked;
