/** Agents that are a language model: the steps of a run, and the tools between them. */
@NullMarked
package dev.parley.gateway.agent.model;

import org.jspecify.annotations.NullMarked;
