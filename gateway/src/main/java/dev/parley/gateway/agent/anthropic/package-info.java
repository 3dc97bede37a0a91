/** The Messages API of Anthropic, as a dialect of language models. */
@NullMarked
package dev.parley.gateway.agent.anthropic;

import org.jspecify.annotations.NullMarked;
