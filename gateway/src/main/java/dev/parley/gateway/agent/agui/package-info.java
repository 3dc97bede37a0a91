/** Agents that speak AG-UI (docs.ag-ui.com), version 1 and the versions before it. */
@NullMarked
package dev.parley.gateway.agent.agui;

import org.jspecify.annotations.NullMarked;
