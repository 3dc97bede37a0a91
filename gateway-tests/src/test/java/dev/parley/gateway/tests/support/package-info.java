/** Gateways to test, and clients that check every frame they see. */
@NullMarked
package dev.parley.gateway.tests.support;

import org.jspecify.annotations.NullMarked;
