/** Gateways under test, and clients that check every frame they receive. */
@NullMarked
package dev.parley.gateway.tests.support;

import org.jspecify.annotations.NullMarked;
