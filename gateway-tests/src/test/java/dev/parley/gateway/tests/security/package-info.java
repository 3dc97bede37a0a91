/** What a hostile socket gets. */
@NullMarked
package dev.parley.gateway.tests.security;

import org.jspecify.annotations.NullMarked;
