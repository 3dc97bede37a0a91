/** Tests with hostile and unusual sockets. */
@NullMarked
package dev.parley.gateway.tests.security;

import org.jspecify.annotations.NullMarked;
