/** The configured agents: their settings, the types there are, and how they are made. */
@NullMarked
package dev.parley.gateway.agent.setup;

import org.jspecify.annotations.NullMarked;
