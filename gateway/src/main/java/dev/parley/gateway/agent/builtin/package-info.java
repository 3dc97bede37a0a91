/** A deterministic assistant that needs no model and no configuration. */
@NullMarked
package dev.parley.gateway.agent.builtin;

import org.jspecify.annotations.NullMarked;
