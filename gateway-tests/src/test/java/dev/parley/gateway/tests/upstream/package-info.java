/** Tests of agents that are services behind HTTP. */
@NullMarked
package dev.parley.gateway.tests.upstream;

import org.jspecify.annotations.NullMarked;
