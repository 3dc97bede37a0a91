package dev.parley.gateway.http;

import java.util.Map;

/**
 * The endpoint of a path, and the values of the names in its template.
 *
 * @param parameters percent-decoded values by name
 */
record PathMatch(Endpoint endpoint, Map<String, String> parameters) {}
