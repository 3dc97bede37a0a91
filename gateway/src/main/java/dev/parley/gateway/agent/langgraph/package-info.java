/** Graphs behind the API of LangGraph Platform and {@code langgraph dev}: runs on threads. */
@NullMarked
package dev.parley.gateway.agent.langgraph;

import org.jspecify.annotations.NullMarked;
