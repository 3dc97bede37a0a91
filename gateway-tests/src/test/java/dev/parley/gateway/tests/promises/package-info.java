/** What the gateway promises, each shown over a real socket. */
@NullMarked
package dev.parley.gateway.tests.promises;

import org.jspecify.annotations.NullMarked;
