/** Tests of requests to services, against a scripted one. */
@NullMarked
package dev.parley.gateway.agent.upstream;

import org.jspecify.annotations.NullMarked;
