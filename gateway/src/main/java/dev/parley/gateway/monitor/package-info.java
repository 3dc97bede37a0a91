/** Counters, gauges and the phases of the start. */
@NullMarked
package dev.parley.gateway.monitor;

import org.jspecify.annotations.NullMarked;
