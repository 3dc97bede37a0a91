/** Tools that the gateway runs for models: HTTP calls. */
@NullMarked
package dev.parley.gateway.agent.tool;

import org.jspecify.annotations.NullMarked;
