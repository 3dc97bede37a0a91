/**
 * Tests that need nothing of a gateway but its address and tokens: {@code scripts/test --against}.
 */
@NullMarked
package dev.parley.gateway.tests.blackbox;

import org.jspecify.annotations.NullMarked;
