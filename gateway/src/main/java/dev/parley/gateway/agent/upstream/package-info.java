/** HTTP to the services that agents ask: streams of server-sent events, time limits, retries. */
@NullMarked
package dev.parley.gateway.agent.upstream;

import org.jspecify.annotations.NullMarked;
