/** OpenAI's Responses API: a model that answers in items, and keeps them if it is told to. */
@NullMarked
package dev.parley.gateway.agent.responses;

import org.jspecify.annotations.NullMarked;
