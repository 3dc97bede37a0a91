/** Sockets: the pipeline from accept to dispatch. */
@NullMarked
package dev.parley.gateway.transport;

import org.jspecify.annotations.NullMarked;
