/** What does the work: the interface that agents implement. */
@NullMarked
package dev.parley.gateway.agent;

import org.jspecify.annotations.NullMarked;
