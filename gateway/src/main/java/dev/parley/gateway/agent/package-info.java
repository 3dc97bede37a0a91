/** The interface that agents implement, their providers, settings and threads. */
@NullMarked
package dev.parley.gateway.agent;

import org.jspecify.annotations.NullMarked;
