/**
 * Agents that are told of a run by a signed web hook and then add events to it with calls of their
 * own.
 */
@NullMarked
package dev.parley.gateway.agent.push;

import org.jspecify.annotations.NullMarked;
