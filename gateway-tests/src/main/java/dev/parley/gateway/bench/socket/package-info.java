/**
 * Benchmarks of the whole gateway over sockets: the loads, the raw server for comparison, and the
 * results. Both servers run in separate processes and alternate within one run.
 */
@NullMarked
package dev.parley.gateway.bench.socket;

import org.jspecify.annotations.NullMarked;
