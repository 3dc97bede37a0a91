package dev.parley.gateway;

import dev.parley.gateway.route.UserRoutes;
import dev.parley.gateway.user.Services;
import dev.parley.gateway.user.UserContexts;

/** What is there for requests once the gateway is ready. */
record Ready(Services services, UserContexts contexts, UserRoutes routes) {}
