/** Sockets and their pipelines, from accept to the dispatch of commands. */
@NullMarked
package dev.parley.gateway.transport;

import org.jspecify.annotations.NullMarked;
