/**
 * Service-level objectives and alerts: conditions are read once a second, and each alert is told
 * once when it fires and once when it clears.
 */
@NullMarked
package dev.parley.gateway.alert;

import org.jspecify.annotations.NullMarked;
