/** OpenAI's Chat Completions, as the many services that copy them really speak them. */
@NullMarked
package dev.parley.gateway.agent.openai;

import org.jspecify.annotations.NullMarked;
