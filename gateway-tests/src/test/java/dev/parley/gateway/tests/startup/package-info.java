/** How the gateway starts and ends. */
@NullMarked
package dev.parley.gateway.tests.startup;

import org.jspecify.annotations.NullMarked;
