/**
 * How fast the whole gateway is, over sockets: the load, the raw server it is held against, and
 * what is reported. Both servers are processes of their own, in turns within one run.
 */
@NullMarked
package dev.parley.gateway.bench.socket;

import org.jspecify.annotations.NullMarked;
