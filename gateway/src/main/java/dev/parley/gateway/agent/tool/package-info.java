/** Tools that the gateway runs for models: HTTP calls, and those of MCP servers. */
@NullMarked
package dev.parley.gateway.agent.tool;

import org.jspecify.annotations.NullMarked;
